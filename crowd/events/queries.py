from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Count, Min, Q

from crowd import clock
from crowd.events.models import Delivery, WorkerBeat

ALIVE_SECONDS = 30


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


def worker_is_alive(host: str = "") -> bool:
    """Say whether a worker (of `host`, where given) gave a sign of life in the last half minute."""
    beats = WorkerBeat.objects.filter(seen_at__gte=clock.now() - timedelta(seconds=ALIVE_SECONDS))
    return beats.filter(name__startswith=f"{host}:").exists() if host else beats.exists()
