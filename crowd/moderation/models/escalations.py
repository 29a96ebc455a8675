from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crowd.moderation.models.decisions import Decision
from crowd.people.models import Person

LONGEST_ESCALATION = 500


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def open(self) -> "EscalationQuerySet":
        """Escalations about whose posts nothing was decided since."""
        later = Decision.objects.filter(
            kind=models.OuterRef("kind"), subject_id=models.OuterRef("subject_id"), pk__gt=models.OuterRef("after")
        )
        return self.filter(~models.Exists(later.order_by()))

    def about(self, kind: str, subject_id: int) -> "EscalationQuerySet":
        return self.filter(kind=kind, subject_id=subject_id)


class Escalation(models.Model):
    """That a moderator handed a case on, and why. Append-only; the next decision about the post ends it."""

    kind = models.CharField(_("что"), max_length=30)
    subject_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField()
    moderator = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("кто передал"))
    note = models.CharField(_("почему"), max_length=LONGEST_ESCALATION)
    # The latest decision about the post before it, 0 where there was none: between two of them it is handed on once.
    after = models.BigIntegerField()
    escalated_at = models.DateTimeField(_("когда"), db_default=Now())

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("передача дела")
        verbose_name_plural = _("переданные дела")
        ordering: ClassVar[tuple[str, ...]] = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject_id", "after"], name="escalated_once"),
            models.CheckConstraint(condition=~models.Q(note=""), name="escalated_with_a_note"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
