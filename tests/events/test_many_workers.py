import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from crowd.events import actions as events
from crowd.events.models import Delivery
from crowd.events.registry import Registry, subscribe
from crowd.limits.models import Usage

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

SECONDS = 60


@pytest.fixture(autouse=True)
def one_listener(monkeypatch):
    registry = Registry()
    for module in ("registry", "actions", "worker"):
        monkeypatch.setattr(f"crowd.events.{module}.registry", registry)
    subscribe("listener", kinds=["thing.changed"], handler=lambda _batch: None)


@pytest.fixture
def start_worker(tmp_path):
    running = []

    def start():
        environment = os.environ | {"EVENTS_LEASE_SECONDS": "2", "PYTHONPATH": str(settings.BASE_DIR)}
        script = str(Path(__file__).with_name("worker_process.py"))
        name = connection.settings_dict["NAME"]
        process = subprocess.Popen(
            [sys.executable, script, name, str(tmp_path)], env=environment, cwd=settings.BASE_DIR
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


def record(subject):
    return events.record("thing.changed", subject=events.Subject("thing", subject))


def wait_until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def all_done():
    return not Delivery.objects.exclude(status=Delivery.Status.DONE).exists()


def test_ids_that_commit_out_of_order_are_all_handled_once(start_worker):
    start_worker()
    start_worker()
    taken, go_on = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            record(1)
            taken.set()
            assert go_on.wait(SECONDS)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(SECONDS)
    for subject in range(2, 12):
        with transaction.atomic():
            record(subject)
    # The workers finish what has the higher ids while the lowest is not committed yet.
    wait_until(lambda: Usage.objects.filter(rule="handled").count() == 10)
    go_on.set()
    holder.join()

    wait_until(all_done)

    assert Usage.objects.filter(rule="handled").count() == 11
    assert Delivery.objects.filter(status=Delivery.Status.DONE).count() == 11


def test_killed_worker_loses_nothing_and_blocks_nothing(start_worker, tmp_path):
    first = start_worker()
    with transaction.atomic():
        record(13)
    wait_until((tmp_path / "hung").exists)
    start_worker()
    with transaction.atomic():
        for subject in range(20, 40):
            record(subject)

    wait_until(lambda: Usage.objects.filter(rule="handled").count() == 20)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(SECONDS)
    wait_until(all_done)

    # What the dead worker had written was not committed: each event is handled exactly once.
    assert Usage.objects.filter(rule="handled").count() == 21
    assert Delivery.objects.filter(status=Delivery.Status.SET_ASIDE).count() == 0


def test_two_workers_share_many_deliveries_and_double_none(start_worker):
    with transaction.atomic():
        for subject in range(100, 400):
            record(subject)

    start_worker()
    start_worker()
    wait_until(all_done)

    assert Usage.objects.filter(rule="handled").count() == 300
