from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.people.models import Person


class ClaimQuerySet(models.QuerySet["Claim"]):
    def running(self, moment: datetime) -> "ClaimQuerySet":
        """Claims that hold at this moment."""
        return self.filter(until__gt=moment)

    def not_running(self, moment: datetime) -> "ClaimQuerySet":
        return self.filter(until__lte=moment)

    def about(self, kind: str, subject_id: int) -> "ClaimQuerySet":
        return self.filter(kind=kind, subject_id=subject_id)

    def of(self, moderator: Person) -> "ClaimQuerySet":
        return self.filter(moderator=moderator)

    def not_of(self, moderator: Person) -> "ClaimQuerySet":
        return self.exclude(moderator=moderator)


class Claim(models.Model):
    """That a moderator is looking at a case: until then nobody else decides it, and afterwards it holds no longer."""

    kind = models.CharField(_("что"), max_length=30)
    subject_id = models.BigIntegerField()
    moderator = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("модератор"))
    taken_at = models.DateTimeField(_("когда взято"))
    until = models.DateTimeField(_("до"))

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("взятая запись")
        verbose_name_plural = _("взятые записи")
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject_id"], name="claim_once"),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("taken_at")), name="claim_ends_later"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
