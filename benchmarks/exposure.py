"""How evenly orders show ideas, simulated: a month of visitors, ideas that come in meanwhile, two pages looked at.

No database: the formulas of ideas.ranking alone. The Gini coefficient is 0 where each idea is shown as often, and
nears 1 where a few are shown and the rest never. Ideas are compared by how often they were shown per hour that they
were there; those that came in the last day are left out.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from ideas.ranking import fair_keys, fair_offset, gini

PAGE = 20
GO_ON = 0.3  # of those who see a page, so many look at the next one
MOST_PAGES = 5
SHARED_PLACES = 6  # an hour, for visitors who are not signed in
SIGNED_IN = 0.2
SUPPORT = 0.05  # of ideas that are shown, so many get a voice, by how good they are


@dataclass(frozen=True)
class Month:
    ideas: int = 1000
    hours: int = 720
    visitors: int = 40  # an hour
    seed: int = 1


def simulate(order: str, month: Month) -> float:
    """Return the Gini coefficient of how often ideas are shown in this order."""
    random = Random(month.seed)
    # Half is there when it begins, half comes in evenly.
    came = [0 if n < month.ideas // 2 else random.randrange(month.hours) for n in range(month.ideas)]
    good = [random.random() for _ in range(month.ideas)]
    shown, votes = [0] * month.ideas, [0] * month.ideas
    for hour in range(month.hours):
        present = [n for n in range(month.ideas) if came[n] <= hour]
        ordered = _ordered(order, present, came, shown, votes, random)
        for visitor in range(month.visitors):
            begin = _entry(order, hour, visitor, random) * len(ordered)
            for place in range(PAGE * _pages(random)):
                idea = ordered[(int(begin) + place) % len(ordered)]
                shown[idea] += 1
                votes[idea] += random.random() < SUPPORT * good[idea]
    settled = [n for n in range(month.ideas) if came[n] < month.hours - 24]
    return gini(shown[n] / (month.hours - came[n]) for n in settled)


def _ordered(
    order: str, present: list[int], came: list[int], shown: list[int], votes: list[int], random: Random
) -> list[int]:
    if order == "fair":
        keys = fair_keys([shown[n] for n in present], random)
        return [idea for _, idea in sorted(zip(keys, present, strict=True))]
    if order == "top":
        return sorted(present, key=lambda n: (-votes[n], came[n], n))
    return sorted(present, key=lambda n: (-came[n], -n))


def _entry(order: str, hour: int, visitor: int, random: Random) -> float:
    if order != "fair":
        return 0.0
    if random.random() < SIGNED_IN:
        return fair_offset(f"{hour} person {visitor}")
    return fair_offset(f"{hour} shared {random.randrange(SHARED_PLACES)}")


def _pages(random: Random) -> int:
    pages = 1
    while pages < MOST_PAGES and random.random() < GO_ON:
        pages += 1
    return pages


def run() -> dict[str, Any]:
    month = Month()
    return {"exposure_gini": {order: round(simulate(order, month), 3) for order in ("fair", "new", "top")}}


def print_table(results: dict[str, Any]) -> None:
    for order, coefficient in results["exposure_gini"].items():
        print(f"Gini coefficient of how often ideas are shown, by {order:<5} {coefficient:.3f}")
