from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crowd.moderation.models.decisions import Decision
from crowd.people.models import Person

LONGEST_APPEAL = 2000


class AppealQuerySet(models.QuerySet["Appeal"]):
    def in_campaigns(self, campaign_ids: frozenset[int] | None) -> "AppealQuerySet":
        """Appeals of these campaigns; None means of all."""
        return self if campaign_ids is None else self.filter(campaign_id__in=campaign_ids)

    def waiting(self) -> "AppealQuerySet":
        return self.filter(state=Appeal.State.WAITING)

    def not_waiting(self) -> "AppealQuerySet":
        return self.exclude(state=Appeal.State.WAITING)

    def about(self, kind: str, subject_id: int) -> "AppealQuerySet":
        """Appeals against what was decided about one post."""
        return self.filter(decision__kind=kind, decision__subject_id=subject_id)


class Appeal(models.Model):
    """What an author says against a decision: once, and another moderator than the first one answers."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт решения")
        UPHELD = "upheld", _("решение отменено")
        REJECTED = "rejected", _("решение осталось в силе")
        # Nobody answered it: about the post there was something new to decide meanwhile, and somebody did.
        OVERTAKEN = "overtaken", _("решение уже сменилось другим")

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="appeal", verbose_name=_("решение"))
    campaign_id = models.BigIntegerField()
    # None where the account was erased.
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="appeals", verbose_name=_("автор"))
    text = models.TextField(_("что говорит автор"), max_length=LONGEST_APPEAL)
    created_at = models.DateTimeField(_("когда"), db_default=Now())
    state = models.CharField(_("состояние"), max_length=10, choices=State, default=State.WAITING)
    # A copy, which cannot go stale since decisions are never changed: so that a constraint holds the two apart.
    first_moderator = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("чьё решение"))
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("кто решил")
    )
    decided_at = models.DateTimeField(_("решено"), null=True, blank=True)
    answer = models.TextField(_("ответ автору"), max_length=LONGEST_APPEAL, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("апелляция")
        verbose_name_plural = _("апелляции")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_by=None, decided_at=None)
                | models.Q(state="overtaken", decided_by=None, decided_at__isnull=False)
                | models.Q(state__in=["upheld", "rejected"], decided_by__isnull=False, decided_at__isnull=False),
                name="appeal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("first_moderator")),
                name="appeal_decided_by_another",
            ),
        )
        indexes = (
            models.Index(fields=["id"], name="appeal_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["created_at"], name="appeal_raised"),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.decision_id}"
