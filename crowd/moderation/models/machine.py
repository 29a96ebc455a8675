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


class TrainedModel(models.Model):
    """What was learned from moderators' decisions: words with numbers, nothing that runs. The latest is used.

    `weights` holds the `intercept` and by lemma what it adds to the logarithm of the odds of being refused. No lemma is
    in it that fewer than three people have written, so that nothing of one person stays when their texts are erased.
    """

    # With less it ranks hardly better than chance.
    LEAST_AUC = 0.6

    trained_at = models.DateTimeField(_("когда"))
    published = models.PositiveIntegerField(_("на скольких опубликованных"))
    refused = models.PositiveIntegerField(_("на скольких скрытых и отклонённых"))
    # As they were for texts that were not learned from; see `training.Figures`.
    precision = models.FloatField()
    recall = models.FloatField()
    auc = models.FloatField()
    weights = models.JSONField()

    def __str__(self) -> str:
        return f"{self.trained_at:%Y-%m-%d}: {self.auc}"

    @property
    def is_useful(self) -> bool:
        return self.auc >= self.LEAST_AUC


class BurstQuerySet(models.QuerySet["Burst"]):
    def in_campaigns(self, campaign_ids: Iterable[int] | None) -> "BurstQuerySet":
        """Bursts in these campaigns; None means all, those of the whole site among them."""
        return self if campaign_ids is None else self.filter(campaign_id__in=campaign_ids)


class Burst(models.Model):
    """That much came at once: for people to look at, once a day for each idea and each network."""

    class Kind(models.TextChoices):
        VOTES = "votes", _("голоса новых учётных записей")
        SIGN_UPS = "sign_ups", _("регистрации из одной сети")

    kind = models.CharField(_("что"), max_length=10, choices=Kind)
    # What is noted once: an idea, or a part of a network's keyed hash, which is another one tomorrow.
    key = models.CharField(max_length=60)
    day = models.DateField()
    campaign_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.BigIntegerField(default=0)
    # As many as there were when it was noticed.
    count = models.PositiveIntegerField(_("сколько за час"))
    noticed_at = models.DateTimeField(_("замечено"))

    objects = BurstQuerySet.as_manager()

    class Meta:
        verbose_name = _("всплеск")
        verbose_name_plural = _("всплески")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["kind", "key", "day"], name="burst_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.count}"
