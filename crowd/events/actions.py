import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from wagtail.log_actions import log

from crowd.events import live, worker
from crowd.events.models import Delivery, Event
from crowd.events.registry import registry

WRITE_AT_ONCE = """
    WITH made AS (
        INSERT INTO events_event (kind, subject_kind, subject_id, actor_id, campaign_id, payload)
        VALUES (%s, %s, %s, %s, %s, %s::jsonb) RETURNING id, created_at
    ), sent AS (
        INSERT INTO events_delivery (event_id, consumer, key, status, attempts, error)
        SELECT made.id, consumer, %s, 'pending', 0, '' FROM made, unnest(%s::text[]) AS consumer
    )
    SELECT id, created_at FROM made
"""


class Subject(NamedTuple):
    """What an event is about: `Subject("idea", 7)`."""

    kind: str
    id: int

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


def record(
    kind: str,
    *,
    subject: Subject,
    actor_id: int | None = None,
    campaign_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
    live_group: str = "",
) -> Event:
    """Write the event and its deliveries beside the fact; after the commit tell the open pages of `live_group`.

    `payload` holds ids only. Must run inside the transaction that writes the fact, or the two could part.
    """
    if not transaction.get_connection().in_atomic_block:
        msg = f"{kind} must be recorded in the transaction of its fact."
        raise RuntimeError(msg)
    event = Event(
        kind=kind,
        subject_kind=subject.kind,
        subject_id=subject.id,
        actor_id=actor_id,
        campaign_id=campaign_id,
        payload=dict(payload or {}),
    )
    consumers = [consumer.name for consumer in registry.listening_to(kind)]
    if connection.vendor == "postgresql":
        _write_at_once(event, subject.key, consumers)
    else:
        event.save(force_insert=True)
        Delivery.objects.bulk_create(Delivery(event=event, consumer=name, key=subject.key) for name in consumers)
    _tell_listeners([event])
    if consumers:
        transaction.on_commit(worker.wake, robust=True)
    if live_group:
        message = {"type": kind, "subject": subject.id, **event.payload}
        transaction.on_commit(lambda: live.broadcast(live_group, message), robust=True)
    return event


def _write_at_once(event: Event, key: str, consumers: list[str]) -> None:
    """Write the event and its deliveries in one statement: a popular idea's votes are made of little else."""
    row = (
        event.kind,
        event.subject_kind,
        event.subject_id,
        event.actor_id,
        event.campaign_id,
        json.dumps(event.payload),
    )
    with connection.cursor() as cursor:
        cursor.execute(WRITE_AT_ONCE, [*row, key, consumers])
        event.pk, event.created_at = cursor.fetchone()
    event._state.adding = False  # noqa: SLF001 - as Django notes it


@transaction.atomic
def record_many(kind: str, *, subjects: Iterable[Subject], campaign_id: int | None = None) -> None:
    """Write the same event for each subject, in two statements: for changes of many rows at once."""
    rows = [
        Event(kind=kind, subject_kind=subject.kind, subject_id=subject.id, campaign_id=campaign_id)
        for subject in subjects
    ]
    consumers = registry.listening_to(kind)
    events = Event.objects.bulk_create(rows)
    Delivery.objects.bulk_create(
        Delivery(event=event, consumer=consumer.name, key=Subject(event.subject_kind, event.subject_id).key)
        for event in events
        for consumer in consumers
    )
    _tell_listeners(events)
    if consumers and rows:
        transaction.on_commit(worker.wake, robust=True)


def _tell_listeners(events: Sequence[Event]) -> None:
    for listener in registry.listeners.values():
        transaction.on_commit(partial(listener, events), robust=True)


@transaction.atomic
def repeat_delivery(*, delivery: Delivery, administrator: AbstractBaseUser | AnonymousUser) -> None:
    """Give a set-aside delivery its tries again."""
    _repeat(Delivery.objects.filter(pk=delivery.pk), administrator)


@transaction.atomic
def repeat_deliveries(*, consumer: str, administrator: AbstractBaseUser | AnonymousUser) -> int:
    """Give all set-aside deliveries of the consumer their tries again; return how many there were."""
    return _repeat(Delivery.objects.filter(consumer=consumer), administrator)


def _repeat(deliveries: QuerySet[Delivery], administrator: AbstractBaseUser | AnonymousUser) -> int:
    set_aside = deliveries.filter(status=Delivery.Status.SET_ASIDE)
    first = set_aside.order_by("pk").first()
    if first is None:
        return 0
    count = set_aside.update(status=Delivery.Status.PENDING, attempts=0, error="", lease=None, due_at=Now())
    # One line for all of them, at the first.
    log(instance=first, action="events.repeated", user=administrator, data={"count": count})
    transaction.on_commit(worker.wake, robust=True)
    return count
