"""What follows from a rating: the counts are folded."""

from collections.abc import Sequence

from crowd.events.models import Event
from crowd.events.registry import subscribe
from services.actions import fold_counts

MOST_FOLDED = 10_000


def fold(events: Sequence[Event]) -> None:
    for service_id in sorted({event.subject_id for event in events}):
        fold_counts(service_id=service_id, most=MOST_FOLDED)


def register() -> None:
    subscribe("services.counts", kinds=["rating.given"], handler=fold, coalesce=True, batch=50)
