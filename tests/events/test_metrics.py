import pytest
from django.db import transaction

from crowd.events import actions as events
from crowd.events.models import Delivery
from crowd.events.registry import Registry, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_listener(monkeypatch):
    registry = Registry()
    for module in ("registry", "actions", "worker", "metrics"):
        monkeypatch.setattr(f"crowd.events.{module}.registry", registry)
    subscribe("listener", kinds=["thing.changed"], handler=lambda _batch: None)


def line(client, name):
    lines = client.get("/metrics").content.decode().splitlines()
    return next(float(text.split()[-1]) for text in lines if text.startswith(f'{name}{{consumer="listener"}}'))


def test_depth_lag_and_what_was_set_aside(client):
    with transaction.atomic():
        for subject in range(3):
            events.record("thing.changed", subject=events.Subject("thing", subject))
    Delivery.objects.filter(event__subject_id=0).update(status=Delivery.Status.SET_ASIDE)

    assert line(client, "crowd_deliveries_pending") == 2
    assert line(client, "crowd_deliveries_set_aside") == 1
    assert 0 <= line(client, "crowd_deliveries_lag_seconds") < 60


def test_consumer_with_nothing_to_do_is_told_as_zero(client):
    assert line(client, "crowd_deliveries_pending") == 0
    assert line(client, "crowd_deliveries_lag_seconds") == 0
