from django.db import models
from django.utils.translation import gettext_lazy as _


class RegisterMonth(models.Model):
    """What was decided in one month, as numbers: all that the public register knows of decisions.

    `counts` holds rows of campaign, reason (None where none was named), outcome and how many. `medians` holds, by
    campaign and under "" for all of them, of how many decisions it is known when the post had appeared, and the
    median of the seconds from then to the decision.
    """

    month = models.DateField(_("месяц"), unique=True)
    counts = models.JSONField()
    medians = models.JSONField()
    folded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("месяц реестра решений")
        verbose_name_plural = _("месяцы реестра решений")
        ordering = ("-month",)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
