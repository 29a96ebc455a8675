from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Count, Min, Q

from crowd import clock
from crowd.events.models import Delivery, WorkerBeat

ALIVE_SECONDS = 30
MOST_COUNTED = 1000


class ConsumerState(TypedDict):
    consumer: str
    pending: int
    set_aside: int
    oldest_due: datetime | None


def consumer_states() -> list[ConsumerState]:
    """Return per consumer how many deliveries wait, how many were set aside, and since when the oldest is due."""
    pending, aside = Q(status=Delivery.Status.PENDING), Q(status=Delivery.Status.SET_ASIDE)
    rows = (
        Delivery.objects.filter(pending | aside)
        .values("consumer")
        .annotate(
            pending=Count("pk", filter=pending),
            set_aside=Count("pk", filter=aside),
            oldest_due=Min("event__created_at", filter=pending),
        )
        .order_by("consumer")
    )
    return [
        ConsumerState(
            consumer=row["consumer"],
            pending=row["pending"],
            set_aside=row["set_aside"],
            oldest_due=row["oldest_due"],
        )
        for row in rows
    ]


def state_of(consumer: str) -> ConsumerState:
    """Return the same of one consumer, at little cost however many wait: at most `MOST_COUNTED` + 1 are counted."""
    mine = Delivery.objects.filter(consumer=consumer)
    first = mine.filter(status=Delivery.Status.PENDING).order_by("due_at", "pk")[: MOST_COUNTED + 1]
    waiting = first.aggregate(pending=Count("pk"), oldest=Min("event__created_at"))
    return ConsumerState(
        consumer=consumer,
        pending=waiting["pending"],
        set_aside=mine.filter(status=Delivery.Status.SET_ASIDE).count(),
        oldest_due=waiting["oldest"],
    )


def worker_is_alive(host: str = "") -> bool:
    """Say whether a worker (of `host`, where given) gave a sign of life in the last half minute."""
    beats = WorkerBeat.objects.filter(seen_at__gte=clock.now() - timedelta(seconds=ALIVE_SECONDS))
    return beats.filter(name__startswith=f"{host}:").exists() if host else beats.exists()
