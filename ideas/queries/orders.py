"""The orders of a cycle's ideas, each along an index of its own, and the cursors that lead on in them.

A cursor names the last idea shown by what the order goes by, so that a page far behind costs what the first one does,
and new ideas in front shift nothing. `fair` is a circle: it begins at an offset, goes on over the end and ends where it
began; its cursor holds the offset, so that whoever began somewhere goes on there whatever the hour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from crowd.people.models import Person
from ideas.models import Idea
from ideas.ranking import fair_offset

# Visitors who are not signed in enter the circle at one place for so many minutes: their pages are kept ready, and
# there must be few of them.
SHARED_MINUTES = 10
SEPARATOR = "~"


@dataclass(frozen=True)
class Order:
    """Columns from the most to the least telling; "-" before those that fall. The last one is the id."""

    columns: tuple[str, ...]

    def behind(self, values: list[Any]) -> Q:
        """Return the condition of what stands behind these values.

        The first column's bound, though the rest implies it, is what lets the database begin in the index there.
        """
        condition = Q()
        for column, value in reversed(list(zip(self.columns, values, strict=True))):
            name, side = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
            condition = Q(**{f"{name}__{side}": value}) | (Q(**{name: value}) & condition if condition else Q())
        return Q(**{f"{self.columns[0].removeprefix('-')}__{'lte' if self._falls else 'gte'}": values[0]}) & condition

    @property
    def _falls(self) -> bool:
        return self.columns[0].startswith("-")

    def values(self, idea: Idea) -> list[Any]:
        return [getattr(idea, column.removeprefix("-")) for column in self.columns]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


ORDERS = {
    "fair": Order(("fair_key", "id")),
    "top": Order(("-top_score", "published_at", "id")),
    "new": Order(("-published_at", "-id")),
    "discussed": Order(("-comments_folded", "-id")),
}
READERS: dict[str, Callable[[str], Any]] = {
    "fair_key": float,
    "top_score": float,
    "published_at": _moment,
    "comments_folded": int,
    "id": int,
}


def offset_for(person: Person | None, cycle_id: int) -> float:
    """Return where this visitor enters the circle now: a person's own place each hour, for all others a shared one."""
    # Nothing is late by it, so this process's clock will do: the database's would cost a statement.
    now = timezone.now()
    hour = now.strftime("%Y%m%d%H")
    if person is not None:
        return fair_offset(f"{cycle_id} {hour} person {person.pk}")
    return fair_offset(f"{cycle_id} {hour} shared {now.minute // SHARED_MINUTES}")


def write_cursor(name: str, offset: float, last: Idea) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else str(value) for value in ORDERS[name].values(last)]
    return SEPARATOR.join([str(offset), *values] if name == "fair" else values)


def read_cursor(name: str, text: str) -> tuple[float, list[Any]] | None:
    """Return the offset and the values of a cursor; None where it is none of this order."""
    parts = text.split(SEPARATOR)
    offset = parts.pop(0) if name == "fair" else "0"
    columns = ORDERS[name].columns
    if len(parts) != len(columns):
        return None
    try:
        values = [READERS[column.removeprefix("-")](part) for column, part in zip(columns, parts, strict=True)]
        start = float(offset)
    except (ValueError, OverflowError):
        return None
    numbers = [value for value in [start, *values] if not isinstance(value, datetime)]
    return (start, values) if all(-(2**63) < number < 2**63 for number in numbers) else None


def next_idea(idea: Idea) -> Idea | None:
    """Return the idea that follows this one in the circle of its cycle's order `fair`; None where it is alone.

    Readers who go on from page to page so meet every idea, and none more often than another.
    """
    listed = Idea.objects.filter(cycle_id=idea.cycle_id, moderation=Idea.Moderation.PUBLISHED)
    others = listed.exclude(progress__in=Idea.UNLISTED).exclude(pk=idea.pk).order_by("fair_key", "id").values("pk")
    behind = ORDERS["fair"].behind([idea.fair_key, idea.pk])
    # Behind the last one the circle begins anew.
    following = Coalesce(Subquery(others.filter(behind)[:1]), Subquery(others[:1]))
    return Idea.objects.filter(pk=following).only("title").first()


def ordered_ids(
    ideas: QuerySet[Idea], name: str, *, offset: float, behind: list[Any] | None, start: int, count: int
) -> list[int]:
    """Return the ids of a page of these ideas in the order: those at `start` … of what is behind, by one statement."""
    order = ORDERS[name]
    if name != "fair":
        rows = ideas.filter(order.behind(behind)) if behind else ideas
        return list(rows.order_by(*order.columns).values_list("pk", flat=True)[start : start + count])
    arcs = [ideas.filter(fair_key__gte=offset), ideas.filter(fair_key__lt=offset)]
    if behind:
        passed = behind[0] < offset
        arcs[passed] = arcs[passed].filter(order.behind(behind))
        arcs = arcs[passed:]
    return _ids_along(arcs, start, count)


def _ids_along(arcs: list[QuerySet[Idea]], start: int, count: int) -> list[int]:
    """Read one arc after the other, each along the index. Django's union() would not cut the parts on SQLite."""
    parts, values = [], []
    for turn, arc in enumerate(arcs):
        named = arc.order_by("fair_key", "id").annotate(arc_key=F("fair_key"), arc_id=F("id"))
        query = named.values_list("arc_key", "arc_id")[: start + count].query
        try:
            sql, params = query.sql_with_params()
        except EmptyResultSet:
            # Words that nothing matches: Django knows before it asks.
            continue
        parts.append(f"SELECT {turn} AS turn, arc{turn}.* FROM ({sql}) arc{turn}")  # noqa: S608 - Django's SQL
        values += params
    if not parts:
        return []
    arcs_read = " UNION ALL ".join(parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT arc_id FROM ({arcs_read}) arcs ORDER BY turn, arc_key, arc_id LIMIT %s OFFSET %s",  # noqa: S608 - as above
            [*values, count, start],
        )
        return [row[0] for row in cursor.fetchall()]
