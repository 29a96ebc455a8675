from datetime import timedelta

import pytest
from django.db import transaction

from crowd import clock
from crowd.events import actions as events
from crowd.events.models import Delivery, Event, ScheduledRun, WorkerBeat
from crowd.events.queries import consumer_states, worker_is_alive
from crowd.events.registry import Away, Registry, Schedule, schedule, subscribe
from crowd.events.worker import LostLease, Worker, claim, pause_after, run_schedule, still_at_work, tick_off
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch):
    """Listeners of this test only."""
    registry = Registry()
    for module in ("registry", "actions", "worker"):
        monkeypatch.setattr(f"crowd.events.{module}.registry", registry)
    return registry


def record(kind="thing.changed", subject=1):
    with transaction.atomic():
        return events.record(kind, subject=events.Subject("thing", subject))


def make_due():
    Delivery.objects.update(due_at=clock.now() - timedelta(seconds=1))


def test_event_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(RuntimeError, match="must be recorded in the transaction of its fact"):
        events.record("thing.changed", subject=events.Subject("thing", 1))


def test_event_of_a_rolled_back_fact_is_gone():
    subscribe("listener", kinds=["thing.changed"], handler=lambda _events: None)

    def fail():
        with transaction.atomic():
            events.record("thing.changed", subject=events.Subject("thing", 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert Event.objects.count() == 0
    assert Delivery.objects.count() == 0


def test_event_is_delivered_once_to_each_who_listens():
    heard = []
    subscribe("one", kinds=["thing.changed"], handler=lambda batch: heard.append(("one", batch[0].pk)))
    subscribe("two", kinds=["thing.changed"], handler=lambda batch: heard.append(("two", batch[0].pk)))
    subscribe("deaf", kinds=["other.changed"], handler=lambda batch: heard.append(("deaf", batch[0].pk)))
    event = record()

    Worker().drain()
    Worker().drain()

    assert sorted(heard) == [("one", event.pk), ("two", event.pk)]
    assert set(Delivery.objects.values_list("status", flat=True)) == {Delivery.Status.DONE}


def test_ten_events_on_one_subject_are_one_piece_of_work():
    heard = []
    subscribe(
        "index",
        kinds=["thing.changed"],
        handler=lambda batch: heard.append([e.subject_id for e in batch]),
        coalesce=True,
        batch=50,
    )
    for _ in range(10):
        record(subject=1)
    record(subject=2)

    Worker().drain()

    assert heard == [[1, 2]]
    assert Delivery.objects.filter(status=Delivery.Status.DONE).count() == 11


def test_coalesced_event_is_the_latest():
    heard = []
    subscribe("index", kinds=["thing.changed"], handler=lambda batch: heard.extend(e.pk for e in batch), coalesce=True)
    record()
    latest = record()

    Worker().drain()

    assert heard == [latest.pk]


def test_failed_delivery_is_repeated_after_a_growing_pause():
    subscribe("broken", kinds=["thing.changed"], handler=lambda _batch: 1 / 0)
    record()
    before = clock.now()

    Worker().drain()

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.lease) == (Delivery.Status.PENDING, 1, None)
    assert "ZeroDivisionError" in delivery.error
    assert timedelta(seconds=2) <= delivery.due_at - before <= timedelta(seconds=4)


def test_pauses_grow_to_an_hour():
    assert [pause_after(n) >= timedelta(seconds=2**n) for n in range(1, 12)] == [True] * 11
    assert pause_after(1000) <= timedelta(hours=1.25)


def test_poison_is_set_aside_while_others_go_on():
    heard = []

    def handler(batch):
        if any(event.subject_id == 13 for event in batch):
            raise ValueError("poison")
        heard.extend(event.subject_id for event in batch)

    subscribe("index", kinds=["thing.changed"], handler=handler, coalesce=True, batch=10)
    for subject in (1, 13, 2):
        record(subject=subject)
    worker = Worker()

    for _ in range(8):
        worker.drain()
        Delivery.objects.filter(status=Delivery.Status.PENDING).update(due_at=clock.now())

    assert sorted(heard) == [1, 2]
    aside = Delivery.objects.get(status=Delivery.Status.SET_ASIDE)
    assert (aside.event.subject_id, aside.attempts) == (13, 8)
    assert consumer_states() == [{"consumer": "index", "pending": 0, "set_aside": 1, "oldest_due": None}]


def test_repeated_delivery_gets_its_tries_again():
    heard = []
    subscribe("index", kinds=["thing.changed"], handler=lambda batch: heard.extend(e.subject_id for e in batch))
    record()
    Delivery.objects.update(status=Delivery.Status.SET_ASIDE, attempts=8, error="boom")

    events.repeat_delivery(delivery=Delivery.objects.get(), administrator=people.person(is_superuser=True))
    Worker().drain()

    assert heard == [1]
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.error) == (Delivery.Status.DONE, "")


def test_away_is_waited_for_and_never_set_aside():
    away = [True]

    def handler(_batch):
        if away[0]:
            raise Away("search")

    subscribe("index", kinds=["thing.changed"], handler=handler)
    record()
    for _ in range(20):
        Worker().drain()

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts) == (Delivery.Status.PENDING, 0)
    away[0] = False
    Worker().drain()
    assert Delivery.objects.get().status == Delivery.Status.DONE


def test_worker_rests_from_a_consumer_that_is_away():
    calls = []

    def handler(_batch):
        calls.append(1)
        raise Away("search")

    subscribe("index", kinds=["thing.changed"], handler=handler)
    worker = Worker()
    for subject in range(5):
        record(subject=subject)

    worker.drain()
    worker.drain()

    assert len(calls) == 1


def test_delivery_of_a_dead_worker_is_taken_up_when_its_lease_ends(settings):
    heard = []
    subscribe("index", kinds=["thing.changed"], handler=lambda batch: heard.extend(e.subject_id for e in batch))
    record()
    import uuid

    from crowd.events.registry import registry

    claim(registry.consumers["index"], uuid.uuid4())

    Worker().drain()
    assert heard == []
    make_due()
    Worker().drain()

    assert heard == [1]


def test_atomic_handler_that_lost_its_lease_leaves_nothing():
    def handler(_batch):
        ScheduledRun.objects.create(name="written by the handler")
        # Another worker took the delivery up meanwhile.
        Delivery.objects.update(lease=None)

    subscribe("slow", kinds=["thing.changed"], handler=handler)
    record()

    Worker().drain()

    assert not ScheduledRun.objects.filter(name="written by the handler").exists()
    assert Delivery.objects.get().status == Delivery.Status.PENDING


def test_tick_off_without_the_lease_is_refused():
    import uuid

    subscribe("index", kinds=["thing.changed"], handler=lambda _batch: None)
    record()
    from crowd.events.registry import registry

    claimed = claim(registry.consumers["index"], uuid.uuid4())

    with pytest.raises(LostLease):
        tick_off(claimed, uuid.uuid4())


def test_schedule_runs_once_per_interval(empty_registry):
    ran = []
    schedule = Schedule("nightly", timedelta(hours=1), lambda: ran.append(1))
    ScheduledRun.objects.create(name="nightly")

    first, second = run_schedule(schedule), run_schedule(schedule)

    assert (first, second, ran) == (True, False, [1])


def test_failing_schedule_comes_again_and_says_why(empty_registry):
    empty_registry.schedules["nightly"] = Schedule("nightly", timedelta(hours=1), lambda: 1 / 0)

    Worker().drain()

    run = ScheduledRun.objects.get(name="nightly")
    assert "ZeroDivisionError" in run.error
    assert run.due_at > clock.now()


def test_old_delivered_events_are_pruned_and_others_stay(settings):
    from crowd.events.handlers import prune_events

    subscribe("index", kinds=["thing.changed"], handler=lambda _batch: None)
    old = clock.now() - timedelta(days=settings.EVENTS_KEPT_DAYS + 1)
    delivered, waiting, fresh = record(subject=1), record(subject=2), record(subject=3)
    Delivery.objects.exclude(event=waiting).update(status=Delivery.Status.DONE)
    Event.objects.exclude(pk=fresh.pk).update(created_at=old)

    prune_events()

    assert list(Event.objects.order_by("pk")) == [waiting, fresh]
    assert delivered.pk not in Event.objects.values_list("pk", flat=True)


def test_rest_of_a_batch_that_is_taken_apart_does_not_wait_one_by_one_for_what_is_away():
    calls = []

    def handler(batch):
        calls.append(len(batch))
        if len(batch) > 1:
            raise ValueError("one of them is poison")
        raise Away("search")

    subscribe("index", kinds=["thing.changed"], handler=handler, coalesce=True, batch=10)
    for subject in range(5):
        record(subject=subject)

    Worker().drain()

    assert calls == [5, 1]
    assert list(Delivery.objects.values_list("status", "attempts", "lease")) == [("pending", 0, None)] * 5


def test_worker_is_alive_while_its_work_takes_long():
    """A check that looks for signs of life would otherwise end the worker, and the work would begin anew."""
    seen = []

    def work():
        WorkerBeat.objects.update(seen_at=clock.now() - timedelta(minutes=5))
        worker._next_beat = 0.0
        seen.append(worker_is_alive())
        still_at_work()
        seen.append(worker_is_alive())

    schedule("long", every=timedelta(days=1), work=work)
    worker = Worker()

    worker.drain()
    still_at_work()

    assert seen == [False, True]
