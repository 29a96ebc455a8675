from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import median

from django.db.models import Count, Min

from crowd import clock
from crowd.moderation.models import Decision, DecisionQuerySet, RegisterMonth
from crowd.moderation.months import begins, following, month_of, previous


def fold_register() -> None:
    """Sum up the months in which something may have been decided since the last time, all of them at the first.

    Decisions are never changed, so a month that is over stays as it is. The one before the latest is summed up once
    more: a decision of its last second may have been committed after the count.
    """
    latest = RegisterMonth.objects.values_list("month", flat=True).first()
    if latest is None:
        first = Decision.objects.aggregate(first=Min("decided_at"))["first"]
        if first is None:
            return
        start = month_of(first)
    else:
        start = previous(latest)
    for month in _through(start, month_of(clock.now())):
        fold_month(month)


def fold_month(month: date) -> None:
    """Sum up one month, where anything was decided; read before writing, so that SQLite is not kept locked."""
    folded_at = clock.now()
    decided = Decision.objects.filter(decided_at__gte=begins(month), decided_at__lt=begins(following(month))).order_by()
    rows = decided.values_list("campaign_id", "reason_id", "outcome").annotate(count=Count("pk"))
    counts = sorted(map(list, rows), key=str)
    if not counts:
        return
    RegisterMonth.objects.update_or_create(
        month=month,
        defaults={
            "counts": counts,
            "medians": _medians(decided.filter(posted_at__isnull=False)),
            "folded_at": folded_at,
        },
    )


def _medians(decided: DecisionQuerySet) -> dict[str, list[int]]:
    waits: dict[str, list[float]] = defaultdict(list)
    rows = decided.values_list("campaign_id", "posted_at", "decided_at")
    for campaign_id, posted_at, decided_at in rows.iterator():
        seconds = max(0.0, (decided_at - (posted_at or decided_at)).total_seconds())
        waits[""].append(seconds)
        waits[str(campaign_id)].append(seconds)
    return {campaign: [len(known), round(median(known))] for campaign, known in waits.items()}


def _through(month: date, last: date) -> Iterator[date]:
    while month <= last:
        yield month
        month = following(month)
