"""What the search writes of its own accord: how often what was asked."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from crowd import clock
from search.models import QueryWeek

if TYPE_CHECKING:
    from search.analytics import Asked

# So many weeks are kept, this one included: a year can be compared with the one before.
WEEKS = 53

# One statement, its rows in one order, as everybody writes them: processes never wait for each other in a circle.
ADD = """
    INSERT INTO search_queryweek (week, words, shown, times, without_result) VALUES {rows}
    ON CONFLICT (week, words) DO UPDATE
    SET times = search_queryweek.times + EXCLUDED.times,
        without_result = search_queryweek.without_result + EXCLUDED.without_result
"""

Counts = tuple[int, int]


def this_week() -> date:
    """Return the Monday of the present week by the site's clock."""
    today = timezone.localdate(clock.now())
    return today - timedelta(days=today.weekday())


@transaction.atomic
def note_queries(*, times: "Mapping[Asked, int]") -> None:
    """Add to this week's counts how often what was asked."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    shown: dict[str, str] = {}
    for asked, number in times.items():
        counts[asked.words][0] += number
        counts[asked.words][1] += 0 if asked.found else number
        shown.setdefault(asked.words, asked.shown)
    week = this_week()
    _add({(week, words): (both[0], both[1]) for words, both in counts.items()}, shown)


def _add(counts: Mapping[tuple[date, str], Counts], shown: Mapping[str, str]) -> None:
    rows = [
        (connection.ops.adapt_datefield_value(week), words, shown.get(words, ""), asked, without)
        for (week, words), (asked, without) in sorted(counts.items())
    ]
    if rows:
        places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(ADD.format(rows=places), [part for row in rows for part in row])


@transaction.atomic
def forget_queries() -> None:
    """Of weeks that are over keep what was asked often, of the rest the sum; drop the weeks that are too long ago."""
    week = this_week()
    QueryWeek.objects.filter(week__lte=week - timedelta(weeks=WEEKS)).delete()
    rare = QueryWeek.objects.filter(week__lt=week).rare().exclude(words="")
    sums = rare.order_by("week").values_list("week").annotate(Sum("times"), Sum("without_result"))
    _add({(monday, ""): (asked, without) for monday, asked, without in sums}, {})
    rare.delete()
