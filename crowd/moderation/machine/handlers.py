"""When the machine looks: at each post that is new or was changed, and by the clock at what it has not seen yet."""

from collections.abc import Sequence
from datetime import timedelta

from crowd.events.models import Event
from crowd.events.registry import schedule, subscribe
from crowd.moderation.machine.actions import screen_posts, screen_what_waits
from crowd.moderation.registry import registry

BATCH = 50


def screen(happened: Sequence[Event]) -> None:
    ids: dict[str, set[int]] = {}
    for event in happened:
        ids.setdefault(event.subject_kind, set()).add(event.subject_id)
    for kind, of_kind in sorted(ids.items()):
        screen_posts(kind=kind, subject_ids=of_kind)


def listen() -> None:
    """Subscribe to the events of all kinds that are registered by now; called again at each registration."""
    # The search is asked, which may be another server.
    subscribe("moderation.screening", kinds=registry.events, handler=screen, coalesce=True, batch=BATCH, atomic=False)
    schedule("moderation.screening", every=timedelta(minutes=1), work=screen_what_waits, lease=timedelta(minutes=10))
