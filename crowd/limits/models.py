from django.db import models


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
