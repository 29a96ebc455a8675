from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from search.lemmas import query_words

MOST_PHRASE_WORDS = 5


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def about(self, kind: str) -> "ScreeningQuerySet":
        return self.filter(kind=kind)

    def suspicious(self) -> "ScreeningQuerySet":
        return self.filter(score__gt=0)


class Screening(models.Model):
    """What the machine has to say of one post: hints for whoever decides, and by what it is sorted. It decides nothing.

    Nothing of the text stands in it: hints hold places in the text, `digest` says which text that was.
    """

    kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    hints = models.JSONField(default=list)
    score = models.FloatField(default=0)
    digest = models.CharField(max_length=32)
    # What the text says however it is spelt: the same for a copy of it. "" of what is too short to be one.
    words = models.CharField(max_length=32, blank=True)
    # The rules, the watched phrases and the trained model that it was made with.
    basis = models.CharField(max_length=16)
    screened_at = models.DateTimeField(db_default=Now())

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject_id"], name="screened_once"),
            models.CheckConstraint(condition=models.Q(score__range=(0, 1)), name="screening_score"),
        )
        indexes = (
            models.Index(fields=["kind", "-score"], name="screening_suspicious", condition=models.Q(score__gt=0)),
            models.Index(fields=["words"], name="screening_words", condition=~models.Q(words="")),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}: {self.score}"


class WatchedPhraseQuerySet(models.QuerySet["WatchedPhrase"]):
    def in_campaigns(self, _campaign_ids: Iterable[int] | None) -> "WatchedPhraseQuerySet":
        """They belong to no campaign: whoever edits or moderates anywhere keeps them."""
        return self


class WatchedPhrase(models.Model):
    """A word or a phrase that moderators want to be told of, besides what the code knows."""

    class Kind(models.TextChoices):
        INSULT = "insult", _("грубость или оскорбление")
        ADVERTISING = "advertising", _("реклама")

    phrase = models.CharField(
        _("слово или выражение"),
        max_length=100,
        unique=True,
        help_text=_("Найдётся в любом падеже и числе. Подсказка появится у новых записей сразу, у ждущих — за минуты."),
    )
    kind = models.CharField(_("что это"), max_length=12, choices=Kind, default=Kind.INSULT)

    objects = WatchedPhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("слово для подсказок")
        verbose_name_plural = _("слова для подсказок")
        ordering = ("phrase",)

    def __str__(self) -> str:
        return self.phrase

    def clean(self) -> None:
        super().clean()
        if not 0 < len(query_words(self.phrase)) <= MOST_PHRASE_WORDS:
            raise ValidationError({"phrase": _("Напишите от одного до пяти слов.")})
