"""What ratings amount to, and what of it may be told. Pure: it is handed counts.

Of a group of fewer than `SMALLEST_GROUP` ratings nothing is shown, and nothing that is shown lets one work it out by
taking the shown groups from the whole: see `fold_small`, `join_months`, and `by_sector` in `services.queries`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from services.models import Score
from services.rules import SMALLEST_GROUP

Key = TypeVar("Key")


@dataclass(frozen=True)
class Figures:
    """How many ratings of each score there are, from 1 to 5."""

    scores: tuple[int, ...] = (0,) * len(Score)

    @classmethod
    def of(cls, counted: Mapping[int, int]) -> "Figures":
        return cls(tuple(counted.get(score, 0) for score in Score.values))

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(tuple(one + two for one, two in zip(self.scores, other.scores, strict=True)))

    @property
    def count(self) -> int:
        return sum(self.scores)

    @property
    def mean(self) -> float:
        """To one decimal: a finer one would tell each score as it comes."""
        given = sum(score * number for score, number in zip(Score.values, self.scores, strict=True))
        return round(given / self.count, 1) if self.count else 0.0

    @property
    def may_be_shown(self) -> bool:
        return self.count >= SMALLEST_GROUP


def total(parts: Iterable[Figures]) -> Figures:
    return sum(parts, Figures())


@dataclass(frozen=True)
class Folded(Generic[Key]):
    """Groups that may be shown, the largest first, and all others together (None where there are no others)."""

    shown: list[tuple[Key, Figures]]
    others: Figures | None = None


def fold_small(groups: Mapping[Key, Figures]) -> Folded[Key]:
    """Put groups too small to be shown together, until the sum of them tells of none.

    One alone would be the sum itself. Where several are as many as they can be, each is known; then, and while the sum
    is too small itself, the smallest of the others goes along, which nobody can tell from the rest.
    """
    ordered = sorted(((key, figures) for key, figures in groups.items() if figures.count), key=_largest_first)
    small = [figures for _key, figures in ordered if not figures.may_be_shown]
    shown = [(key, figures) for key, figures in ordered if figures.may_be_shown]
    if not small:
        return Folded(shown)
    while shown and _is_telling(small):
        small.append(shown.pop()[1])
    others = total(small)
    return Folded(shown, others if others.may_be_shown else None)


def _largest_first(group: tuple[Key, Figures]) -> tuple[int, str]:
    return -group[1].count, str(group[0])


def _is_telling(small: list[Figures]) -> bool:
    count = sum(figures.count for figures in small)
    full = (SMALLEST_GROUP - 1) * len(small)
    return len(small) == 1 or count < SMALLEST_GROUP or count == full


@dataclass(frozen=True)
class Months:
    """The months from `first` to `last` together: one, where it has ratings enough."""

    first: date
    last: date
    figures: Figures


def join_months(months: Mapping[date, Figures]) -> list[Months]:
    """Return months in their order, each too small a one together with those that follow, the last with the former."""
    joined: list[Months] = []
    open_ = None
    for month, figures in sorted(months.items()):
        open_ = Months(open_.first, month, open_.figures + figures) if open_ else Months(month, month, figures)
        if open_.figures.may_be_shown:
            joined.append(open_)
            open_ = None
    if open_ and joined:
        former = joined.pop()
        joined.append(Months(former.first, open_.last, former.figures + open_.figures))
    return joined
