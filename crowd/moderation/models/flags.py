from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crowd.bilingual import Bilingual
from crowd.moderation.models.decisions import Decision
from crowd.people.models import Person

LONGEST_FLAG_NOTE = 500


class FlagReason(Bilingual):
    """What residents may have against a post, in their words."""

    slug = models.SlugField(_("короткое имя латиницей"), unique=True)
    name = models.CharField(_("причина"), max_length=80)
    position = models.PositiveSmallIntegerField(
        _("место в списке"), default=0, help_text=_("Чем меньше число, тем выше в форме жалобы.")
    )

    class Meta:
        verbose_name = _("причина жалобы")
        verbose_name_plural = _("причины жалоб")
        ordering: ClassVar[tuple[str, ...]] = ("position", "name")

    def __str__(self) -> str:
        return self.label


class FlagQuerySet(models.QuerySet["Flag"]):
    def open(self) -> "FlagQuerySet":
        """Flags that no moderator has decided about."""
        return self.filter(state=Flag.State.OPEN)

    def settled(self) -> "FlagQuerySet":
        return self.exclude(state=Flag.State.OPEN)

    def about(self, kind: str, subject_id: int) -> "FlagQuerySet":
        return self.filter(kind=kind, subject_id=subject_id)


class Flag(models.Model):
    """What one person has against one post. It waits until a decision about the post settles it."""

    class State(models.TextChoices):
        OPEN = "open", _("ждёт решения")
        UPHELD = "upheld", _("подтвердилась")
        DISMISSED = "dismissed", _("не подтвердилась")

    person = models.ForeignKey(Person, models.PROTECT, related_name="flags", verbose_name=_("кто пожаловался"))
    kind = models.CharField(_("что"), max_length=30)
    subject_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField()
    reason = models.ForeignKey(FlagReason, models.PROTECT, verbose_name=_("причина"))
    note = models.CharField(_("пояснение"), max_length=LONGEST_FLAG_NOTE, blank=True)
    state = models.CharField(_("состояние"), max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("когда"), db_default=Now())
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="flags", verbose_name=_("чем закончилось")
    )

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("жалоба")
        verbose_name_plural = _("жалобы")
        constraints = (
            models.UniqueConstraint(fields=["person", "kind", "subject_id"], name="flag_once"),
            models.CheckConstraint(
                condition=models.Q(state="open", decision=None)
                | models.Q(state__in=["upheld", "dismissed"], decision__isnull=False),
                name="flag_settled_by_decision",
            ),
        )
        indexes = (
            models.Index(fields=["kind", "subject_id"], name="flag_subject"),
            # The queue asks which posts have open ones; most flags are settled.
            models.Index(fields=["kind", "subject_id"], name="flag_open", condition=models.Q(state="open")),
            models.Index(fields=["person", "-id"], name="flag_record"),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.kind} {self.subject_id}"


class Withholding(models.Model):
    """That flags took a post from the public until a moderator decides. Append-only, and the machine's own trace.

    It is no `Decision`: nobody has decided anything. A decision is a moderator's word: it is counted, costs the author
    trust, and may be appealed against. A withholding does none of that; what follows is up to the moderator.
    """

    kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField()
    # Of so many trusted people.
    flags = models.PositiveSmallIntegerField()
    # How many decisions about the post there were: between two of them it is withheld once at the most.
    decisions_before = models.PositiveIntegerField()
    withheld_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject_id", "decisions_before"], name="withheld_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
