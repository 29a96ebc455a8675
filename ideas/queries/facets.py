"""How many ideas there are of each kind, as the worker has counted them; and totals that cost little."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from crowd.campaigns.models import Sector
from crowd.memo import once
from crowd.people.models import Municipality
from ideas.models import FacetCount, Idea, IdeaCyclePage, IdeaTag

Facet = FacetCount.Facet

# Beyond this a filtered list tells only that there are more.
MOST_COUNTED = 1000
TAGS_OFFERED = 8


@dataclass(frozen=True)
class Total:
    """How many; `more` where only so many were counted."""

    count: int
    more: bool = False


@dataclass(frozen=True)
class TagCount:
    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Facets:
    """Counts by facet and value of one cycle; `tags` are those with most ideas."""

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    tags: list[TagCount] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.counts.get((Facet.ALL, ""), 0)

    def of(self, facet: str, value: str) -> int:
        return self.counts.get((facet, value), 0)


def facets_of(cycle: IdeaCyclePage) -> Facets:
    name = IdeaTag.objects.filter(slug=OuterRef("value")).values("name")[:1]
    rows = list(FacetCount.objects.filter(cycle_id=cycle.pk, count__gt=0).annotate(name=Subquery(name)))
    tags = [TagCount(row.value, row.name, row.count) for row in rows if row.facet == Facet.TAG and row.name]
    tags.sort(key=lambda tag: (-tag.count, tag.name))
    return Facets({(row.facet, row.value): row.count for row in rows}, tags[:TAGS_OFFERED])


def total_of(ideas: QuerySet[Idea], facets: Facets, filters: Mapping[str, Any]) -> Total:
    """Return how many ideas these are, without ever counting more than `MOST_COUNTED` of them.

    Of all, and of those that meet one condition, the worker's count is told, to which some may have come since; what it
    has not counted, or not yet, is counted now.
    """
    chosen = list(filters.items())
    if len(chosen) <= 1:
        facet, value = chosen[0] if chosen else (Facet.ALL.value, "")
        if folded := facets.of(facet, str(value)):
            return Total(MOST_COUNTED, more=True) if chosen and folded > MOST_COUNTED else Total(folded)
    counted = ideas.order_by()[: MOST_COUNTED + 1].count()
    return Total(min(counted, MOST_COUNTED), more=counted > MOST_COUNTED)


@once
def sectors() -> list[Sector]:
    return list(Sector.objects.all())


@once
def municipalities() -> list[Municipality]:
    return list(Municipality.objects.all())
