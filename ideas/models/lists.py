"""What the worker keeps so that lists stay fast: counts by facet, and how often ideas have been shown."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ideas.models.ideas import Idea
from ideas.models.pages import IdeaCyclePage


class FacetCount(models.Model):
    """How many listed ideas of a cycle have this sector, municipality, tag or progress; "" of "all" is the total."""

    class Facet(models.TextChoices):
        ALL = "all", _("всего")
        SECTOR = "sector", _("отрасль")
        MUNICIPALITY = "municipality", _("муниципальное образование")
        TAG = "tag", _("метка")
        STATUS = "status", _("состояние")

    cycle = models.ForeignKey(IdeaCyclePage, models.CASCADE, related_name="facet_counts")
    facet = models.CharField(max_length=12, choices=Facet)
    # The slug, or the progress.
    value = models.CharField(max_length=100, blank=True)
    count = models.PositiveIntegerField()
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cycle", "facet", "value"], name="facet_count_once"),)

    def __str__(self) -> str:
        return f"{self.facet} {self.value}: {self.count}"


class Exposure(models.Model):
    """How often an idea was shown in lists lately, sampled and written in batches until the worker folds it."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="exposures")
    times = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.idea_id} +{self.times}"
