"""Delivering: claims what is due under a lease, hands it to its consumer, and sees to it that nothing is lost or stuck.

A claim is a short transaction (`FOR UPDATE SKIP LOCKED` where the database has it) that pushes `due_at` behind the
lease: a worker killed in a handler loses the lease, and whoever comes next takes the delivery up again. No cursor over
ids is used, since transactions commit out of the order of their ids.
"""

import asyncio
import logging
import random
import socket
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import timedelta

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F, QuerySet

from crowd import clock
from crowd.events.models import Delivery, ScheduledRun, WorkerBeat
from crowd.events.registry import Away, Consumer, Schedule, registry

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
BEAT_SECONDS = 5.0
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_AWAY = 15.0
FULL_ERROR = 4000

_wakers: set[Callable[[], None]] = set()


_at_work: ContextVar["Worker | None"] = ContextVar("at_work", default=None)


def still_at_work() -> None:
    """Let work that takes long say in between that its worker lives; nothing happens outside of one."""
    if worker := _at_work.get():
        worker.beat()


def wake() -> None:
    """Tell a worker in this process that something is due; other processes look by themselves twice a second."""
    for waker in tuple(_wakers):
        waker()


def pause_after(attempts: int) -> timedelta:
    """Return the wait after the `attempts`-th failure: 2, 4, 8 … s with up to a quarter of jitter, at most 1 h."""
    seconds = min(2.0 ** min(attempts, 20), LONGEST_PAUSE.total_seconds())
    return timedelta(seconds=seconds * random.uniform(1.0, 1.25))  # noqa: S311 - jitter, not a secret


class LostLease(Exception):
    pass


class Worker:
    """One worker. Several may run at once on PostgreSQL; on SQLite there is one, since writers queue there anyway."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{uuid.uuid4().hex[:8]}"
        self.stopping = threading.Event()
        self._away: dict[str, tuple[int, float]] = {}
        self._next_beat = 0.0
        self._schedules_known = False

    def drain(self) -> int:
        """Do all that is due now; return how many pieces of work that was."""
        done = 0
        while not self.stopping.is_set() and (step := self.step()):
            done += step
        return done

    def step(self) -> int:
        """Do one batch of every consumer and one turn of the schedules; return how many pieces of work that was."""
        at_work = _at_work.set(self)
        try:
            self.beat()
            done = self._run_schedules()
            for name in self._due_consumers():
                if not self.stopping.is_set():
                    done += self._deliver_batch(registry.consumers[name])
        finally:
            _at_work.reset(at_work)
        return done

    def run(self) -> None:
        """Work until told to stop; survive a database that is away for a while."""
        while not self.stopping.is_set():
            try:
                close_old_connections()
                idle = not self.step()
            except Exception:
                log.exception("worker.failed")
                connection.close()
                idle = True
            if idle:
                self.stopping.wait(IDLE_SECONDS)

    async def serve(self) -> None:
        """Work as a task of the server's own loop, woken by commits of this process."""
        loop, due = asyncio.get_running_loop(), asyncio.Event()

        def waker() -> None:
            loop.call_soon_threadsafe(due.set)

        _wakers.add(waker)
        try:
            while not self.stopping.is_set():
                due.clear()
                if not await sync_to_async(self._guarded_step)():
                    with_timeout = asyncio.wait_for(due.wait(), timeout=IDLE_SECONDS)
                    await asyncio.gather(with_timeout, return_exceptions=True)
        finally:
            _wakers.discard(waker)

    def _guarded_step(self) -> int:
        try:
            close_old_connections()
            return self.step()
        except Exception:
            log.exception("worker.failed")
            return 0

    def beat(self) -> None:
        """Give a sign of life, where the last one is some seconds old."""
        if time.monotonic() < self._next_beat:
            return
        self._next_beat = time.monotonic() + BEAT_SECONDS
        WorkerBeat.objects.update_or_create(name=self.name, defaults={"seen_at": clock.now()})

    def _due_consumers(self) -> list[str]:
        due = (
            Delivery.objects.filter(status=Delivery.Status.PENDING, due_at__lte=clock.now())
            .order_by()
            .values_list("consumer", flat=True)
            .distinct()
        )
        rested = {name for name, (_, until) in self._away.items() if until > time.monotonic()}
        return sorted((set(due) & registry.consumers.keys()) - rested)

    def _deliver_batch(self, consumer: Consumer) -> int:
        lease = uuid.uuid4()
        claimed = claim(consumer, lease)
        if not claimed:
            return 0
        groups: dict[str, list[Delivery]] = {}
        for delivery in claimed:
            groups.setdefault(delivery.key if consumer.coalesce else str(delivery.pk), []).append(delivery)
        try:
            self._handle(consumer, list(groups.values()), lease)
        except LostLease:
            log.info("delivery.lost_lease", extra={"consumer": consumer.name})
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is the delivery's, not the worker's
            if len(groups) == 1 or isinstance(error, Away):
                self._put_off(consumer, claimed, lease, error)
            else:
                self._handle_apart(consumer, groups, lease)
        else:
            self._away.pop(consumer.name, None)
        return len(claimed)

    def _handle_apart(self, consumer: Consumer, groups: dict[str, list[Delivery]], lease: uuid.UUID) -> None:
        """One of the batch is poison: hand them over one at a time, so that the others go on."""
        left = list(groups.values())
        while left:
            group = left.pop(0)
            try:
                self._handle(consumer, [group], lease)
            except LostLease:
                continue
            except Away as error:
                # So it is for all that are left: they do not each wait for it.
                self._put_off(consumer, [delivery for one in (group, *left) for delivery in one], lease, error)
                return
            except Exception as error:  # noqa: BLE001 - as above
                self._put_off(consumer, group, lease, error)

    def _handle(self, consumer: Consumer, groups: Sequence[Sequence[Delivery]], lease: uuid.UUID) -> None:
        events = [max((delivery.event for delivery in group), key=lambda event: event.pk) for group in groups]
        deliveries = [delivery for group in groups for delivery in group]
        if consumer.atomic:
            with transaction.atomic():
                consumer.handler(events)
                tick_off(deliveries, lease)
        else:
            consumer.handler(events)
            tick_off(deliveries, lease)

    def _put_off(self, consumer: Consumer, deliveries: Sequence[Delivery], lease: uuid.UUID, error: Exception) -> None:
        if isinstance(error, Away):
            times = self._away.get(consumer.name, (0, 0.0))[0] + 1
            pause = min(2.0 ** (times - 1), LONGEST_AWAY)
            self._away[consumer.name] = (times, time.monotonic() + pause)
            log.warning("delivery.away", extra={"consumer": consumer.name, "error": str(error)})
            _owned(deliveries, lease).update(lease=None, due_at=clock.now(), attempts=F("attempts") - 1)
            return
        log.error("delivery.failed", extra={"consumer": consumer.name, "error": repr(error)})
        text = "".join(traceback.format_exception(error))[-FULL_ERROR:]
        for delivery in deliveries:
            aside = delivery.attempts >= consumer.most_attempts
            _owned([delivery], lease).update(
                status=Delivery.Status.SET_ASIDE if aside else Delivery.Status.PENDING,
                due_at=clock.now() + pause_after(delivery.attempts),
                lease=None,
                error=text,
            )

    def _run_schedules(self) -> int:
        if not self._schedules_known:
            rows = [ScheduledRun(name=name) for name in registry.schedules]
            ScheduledRun.objects.bulk_create(rows, ignore_conflicts=True)
            self._schedules_known = True
        due = ScheduledRun.objects.filter(due_at__lte=clock.now()).values_list("name", flat=True)
        return sum(run_schedule(registry.schedules[name]) for name in due if name in registry.schedules)


def claim(consumer: Consumer, lease: uuid.UUID) -> list[Delivery]:
    """Take up to `consumer.batch` due deliveries (and those that mean the same work) for the time of a lease."""
    skip = connection.features.has_select_for_update_skip_locked
    due = Delivery.objects.filter(
        consumer=consumer.name, status=Delivery.Status.PENDING, due_at__lte=clock.now()
    ).select_for_update(skip_locked=skip)
    with transaction.atomic():
        claimed = list(due.order_by("due_at", "id")[: consumer.batch])
        if consumer.coalesce and claimed:
            claimed += due.filter(key__in={d.key for d in claimed}).exclude(pk__in=[d.pk for d in claimed])
        lease_end = clock.now() + timedelta(seconds=settings.EVENTS_LEASE_SECONDS)
        ids = [delivery.pk for delivery in claimed]
        Delivery.objects.filter(pk__in=ids).update(lease=lease, due_at=lease_end, attempts=F("attempts") + 1)
    return list(Delivery.objects.filter(pk__in=ids, lease=lease).select_related("event").order_by("id")) if ids else []


def tick_off(deliveries: Sequence[Delivery], lease: uuid.UUID) -> None:
    """Say that they are done; raise `LostLease` (and so undo an atomic handler) where another has taken them up."""
    ticked = _owned(deliveries, lease).update(status=Delivery.Status.DONE, done_at=clock.now(), lease=None, error="")
    if ticked != len(deliveries):
        raise LostLease


def _owned(deliveries: Sequence[Delivery], lease: uuid.UUID) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in deliveries], lease=lease, status=Delivery.Status.PENDING
    )


def run_schedule(schedule: Schedule) -> bool:
    """Do the work if no other worker has; say whether it was done here."""
    lease, now = uuid.uuid4(), clock.now()
    lease_end = now + schedule.lease
    taken = ScheduledRun.objects.filter(name=schedule.name, due_at__lte=now).update(lease=lease, due_at=lease_end)
    if not taken:
        return False
    error = ""
    try:
        schedule.work()
    except Exception:
        log.exception("schedule.failed", extra={"schedule": schedule.name})
        error = traceback.format_exc()[-FULL_ERROR:]
    ScheduledRun.objects.filter(name=schedule.name, lease=lease).update(
        lease=None, due_at=clock.now() + schedule.every, finished_at=clock.now(), error=error
    )
    return True
