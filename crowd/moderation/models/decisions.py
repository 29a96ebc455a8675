from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crowd.people.models import Person


class Outcome(models.TextChoices):
    PUBLISH = "publish", _("опубликовать")
    HIDE = "hide", _("скрыть")
    REJECT = "reject", _("отклонить")
    NEEDS_WORK = "needs_work", _("вернуть на доработку")
    # What is public stays so, although it was flagged.
    KEEP = "keep", _("оставить")
    # What says the same as another is joined to it, and stays readable.
    DUPLICATE = "duplicate", _("объединить с похожей")


AGAINST = (Outcome.HIDE, Outcome.REJECT, Outcome.NEEDS_WORK, Outcome.DUPLICATE)


class Reason(models.Model):
    """A rule that moderators name in decisions, in residents' words."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("причина"), max_length=80)
    statement = models.TextField(_("что прочтёт автор"))

    class Meta:
        verbose_name = _("причина решения")
        verbose_name_plural = _("причины решений")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class DecisionQuerySet(models.QuerySet["Decision"]):
    def in_campaigns(self, campaign_ids: frozenset[int] | None) -> "DecisionQuerySet":
        """Decisions in these campaigns; None means in all."""
        return self if campaign_ids is None else self.filter(campaign_id__in=campaign_ids)

    def against(self) -> "DecisionQuerySet":
        """Decisions that a post shall not stand as it is: its author is told of each, and may appeal."""
        return self.filter(outcome__in=AGAINST)

    def concerning(self, person: Person) -> "DecisionQuerySet":
        """Decisions about the person's posts, those among them that came with an appeal of a joined account."""
        # Two ways into the table by an index each, where one condition over both would read all of it.
        own = Decision.objects.filter(author=person).order_by().values("pk")
        return self.filter(pk__in=own.union(Decision.objects.filter(appeal__author=person).order_by().values("pk")))


class Decision(models.Model):
    """What a moderator decided. Append-only: the database refuses to change a row."""

    kind = models.CharField(_("что"), max_length=30)
    subject_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField()
    outcome = models.CharField(_("решение"), max_length=10, choices=Outcome)
    # Whose post it was: what earns trust is counted by it. Unknown of the oldest decisions.
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("автор"))
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, blank=True, verbose_name=_("причина"))
    note = models.TextField(_("пояснение"), blank=True)
    moderator = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("модератор"))
    decided_at = models.DateTimeField(_("когда"), db_default=Now())
    # When the post had appeared: the register says how long its author waited. Unknown of the oldest decisions.
    posted_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("решение")
        verbose_name_plural = _("решения")
        ordering: ClassVar[tuple[str, ...]] = ("-id",)
        indexes = (
            models.Index(fields=["kind", "subject_id"], name="decision_subject"),
            models.Index(fields=["campaign_id", "decided_at"], name="decision_campaign"),
            models.Index(fields=["decided_at"], name="decision_decided"),
        )

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.kind} {self.subject_id}"
