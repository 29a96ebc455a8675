"""What the editor reads of a week's searches: what was asked often, what found nothing, and of the rest the sum."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet, Sum
from django.utils.formats import date_format

from search.models import QueryWeek

MOST_SHOWN = 100


def week_name(monday: date) -> str:
    """Return the week by its first and last day: «23 – 29 ноября 2026»."""
    sunday = monday + timedelta(days=6)
    start = "j" if monday.month == sunday.month else "j E" if monday.year == sunday.year else "j E Y"
    return f"{date_format(monday, start)} – {date_format(sunday, 'j E Y')}"


@dataclass(frozen=True)
class WeekReport:
    """`times` counts all searches of the week, `rare` those whose words nobody is shown."""

    week: date | None = None
    weeks: Sequence[date] = ()
    frequent: Sequence[QueryWeek] = ()
    without_result: Sequence[QueryWeek] = ()
    times: int = 0
    in_vain: int = 0
    rare: int = 0
    rare_in_vain: int = 0
    most: int = field(default=MOST_SHOWN)

    @property
    def name(self) -> str:
        return week_name(self.week) if self.week else ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(monday.isoformat(), week_name(monday)) for monday in self.weeks]


def week_report(wanted: date | None = None) -> WeekReport:
    """Return the report of the wanted week, of the latest where there is none of it."""
    weeks = list(QueryWeek.objects.order_by("-week").values_list("week", flat=True).distinct())
    if not weeks:
        return WeekReport()
    week = wanted if wanted in weeks else weeks[0]
    rows = QueryWeek.objects.filter(week=week)
    frequent = rows.frequent()
    all_, rare = (_sums(found) for found in (rows, rows.rare()))
    return WeekReport(
        week=week,
        weeks=weeks,
        frequent=list(frequent.order_by("-times", "words")[:MOST_SHOWN]),
        without_result=list(frequent.filter(without_result__gt=0).order_by("-without_result", "words")[:MOST_SHOWN]),
        times=all_[0],
        in_vain=all_[1],
        rare=rare[0],
        rare_in_vain=rare[1],
    )


def _sums(rows: QuerySet[QueryWeek]) -> tuple[int, int]:
    sums = rows.aggregate(times=Sum("times", default=0), without=Sum("without_result", default=0))
    return sums["times"], sums["without"]
