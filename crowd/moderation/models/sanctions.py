from datetime import datetime

from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from crowd.moderation.models.decisions import Reason
from crowd.people.models import Person


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def in_campaigns(self, campaign_ids: frozenset[int] | None) -> "SanctionQuerySet":
        """Sanctions imposed in these campaigns; None means all, those for the whole site among them."""
        return self if campaign_ids is None else self.filter(campaign_id__in=campaign_ids)

    def reaching(self, campaign_id: int | None) -> "SanctionQuerySet":
        """Sanctions that hold in this campaign: its own, and those for the whole site."""
        return self.filter(models.Q(campaign_id=None) | models.Q(campaign_id=campaign_id))

    def reaching_any(self, campaign_ids: frozenset[int]) -> "SanctionQuerySet":
        """Sanctions that hold in any of these campaigns, those for the whole site among them."""
        return self.filter(models.Q(campaign_id=None) | models.Q(campaign_id__in=campaign_ids))

    def in_force(self, moment: datetime | Combinable) -> "SanctionQuerySet":
        return self.filter(lifted_at=None, starts_at__lte=moment, ends_at__gt=moment)

    def not_in_force(self, moment: datetime | Combinable) -> "SanctionQuerySet":
        return self.exclude(lifted_at=None, starts_at__lte=moment, ends_at__gt=moment)


class Sanction(models.Model):
    """What a person may not do for a while, in one campaign or, without one, on the whole site. It always ends."""

    class Kind(models.TextChoices):
        """From the mildest to the strictest; what each forbids stands in `crowd.moderation.rules`."""

        WARNING = "warning", _("Предупреждение")
        PREMODERATION = "premoderation", _("Предварительная проверка")
        SILENCE = "silence", _("Запрет публикаций")
        BLOCK = "block", _("Блокировка")

    kind = models.CharField(_("вид"), max_length=20, choices=Kind, default=Kind.SILENCE)
    person = models.ForeignKey(Person, models.PROTECT, related_name="sanctions", verbose_name=_("человек"))
    campaign_id = models.BigIntegerField(null=True, blank=True)
    # The post that it was imposed for, where there is one.
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    reason = models.ForeignKey(Reason, models.PROTECT, verbose_name=_("причина"))
    note = models.TextField(_("пояснение"), max_length=1000, blank=True)
    imposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("кто ограничил"))
    starts_at = models.DateTimeField(_("с какого момента"))
    ends_at = models.DateTimeField(_("до какого момента"))
    # When the person said that a warning was read.
    confirmed_at = models.DateTimeField(_("прочитано"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("снято"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("кто снял")
    )

    # Filled by `with_campaign_titles` and by the list in the admin.
    campaign_title = ""
    state_now = ""

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ограничение")
        verbose_name_plural = _("ограничения")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="sanction_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None, lifted_by=None)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="sanction_lifted_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["warning", "premoderation", "silence", "block"]),
                name="sanction_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | models.Q(kind="warning"), name="sanction_confirmed_warning"
            ),
        )
        indexes = (
            models.Index(fields=["person", "ends_at"], name="sanction_person", condition=models.Q(lifted_at=None)),
            models.Index(fields=["campaign_id", "-id"], name="sanction_campaign"),
        )

    @property
    def is_to_confirm(self) -> bool:
        """Whether it is a warning of which the person has not said yet that it was read."""
        return self.kind == self.Kind.WARNING and self.confirmed_at is None

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person_id}"
