from django.db import models
from django.db.models import Q

from crowd.limits.rules import MOST


class Usage(models.Model):
    """How often somebody did something within a window of time. `who` is a keyed hash, never an address or a name."""

    rule = models.CharField(max_length=30)
    who = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["rule", "who", "window"], name="usage_once"),)
        indexes = (models.Index(fields=["window"], name="usage_window"),)

    def __str__(self) -> str:
        return f"{self.rule} {self.count}"


class LimitSetting(models.Model):
    """What an administrator says of a rule instead of what the code says.

    None leaves a side as it is in the code, 0 counts it no longer. The row stays when all is as it was: its history
    hangs on it.
    """

    rule = models.CharField(max_length=30, unique=True)
    person = models.PositiveIntegerField(null=True, blank=True)
    network = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(person__range=(0, MOST)), name="limit_setting_person"
            ),
            models.CheckConstraint(
                condition=Q(network__isnull=True) | Q(network__range=(0, MOST)), name="limit_setting_network"
            ),
        )

    def __str__(self) -> str:
        return self.rule


class SpentProof(models.Model):
    """A solved task that was taken: none counts twice. Nothing in it says whose it was."""

    challenge = models.CharField(max_length=64, unique=True)
    expires = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.challenge
