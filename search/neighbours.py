"""What things that speak of the same are filed under, for whoever files another one. Nothing is filled in by itself."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext

from search.documents import Facts, Sector, registry
from search.similar import Alike

# A neighbour that shares less says nothing about where a text belongs.
LEAST_ALIKE = 0.25
# A tag of one neighbour is offered only where that neighbour is nearly the same text.
LEAST_OF_ONE = 0.5
MOST_TAGS = 3
NOTHING = Facts()


@dataclass(frozen=True)
class Offered:
    """What may be chosen; empty where the neighbours do not agree."""

    sector: Sector | None = None
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sector or self.tags)


def facts_of(kind: str, near: Sequence[Alike]) -> dict[int, Facts]:
    """Return what the neighbours are filed under, by id: one read; nothing for a kind that tells none."""
    tell = registry.kinds[kind].facts
    return tell([one.found.id for one in near]) if tell and near else {}


def offered(near: Sequence[Alike], facts: Mapping[int, Facts]) -> Offered:
    """Return the sector and the tags that the neighbours speak for, each neighbour with its score.

    A sector that has more than half of all their scores; tags of two of them at least, or of one that is very near,
    the strongest first.
    """
    votes = [(facts.get(one.found.id, NOTHING), one.score) for one in near if one.score >= LEAST_ALIKE]
    sectors: dict[Sector, float] = defaultdict(float)
    tags: dict[str, float] = defaultdict(float)
    for about, score in votes:
        if about.sector:
            sectors[about.sector] += score
        for tag in about.tags:
            tags[tag] += score
    behind = Counter(tag for about, _ in votes for tag in about.tags)
    half = sum(score for _, score in votes) / 2
    agreed = [sector for sector, score in sectors.items() if score > half]
    meant = [tag for tag in tags if behind[tag] > 1 or tags[tag] >= LEAST_OF_ONE]
    meant.sort(key=lambda tag: -tags[tag])
    return Offered(agreed[0] if agreed else None, tuple(meant[:MOST_TAGS]))


def how_many(count: int) -> str:
    """Return what is said aloud of that many similar ideas; "" of none."""
    if not count:
        return ""
    said = ngettext("Нашлась %(n)s похожая идея.", "Нашлось %(n)s похожих идей.", count)
    return said % {"n": count}
