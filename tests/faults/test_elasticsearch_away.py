"""Elasticsearch is stopped for real while ideas change, and started again. Runs alone: others use the same server."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from crowd.events.worker import Worker
from ideas.actions import edit_idea, hide_idea
from ideas.forms import IdeaText
from ideas.models import Idea
from search import asking, queries, upkeep
from search.breaker import Breaker
from search.engines import ElasticsearchEngine, EngineAway
from tests.factories.ideas import idea
from tests.factories.pages import cycle
from tests.factories.people import person

pytestmark = [
    pytest.mark.faults,
    pytest.mark.elasticsearch,
    pytest.mark.postgresql,
    pytest.mark.xdist_group("elasticsearch-faults"),
    pytest.mark.django_db(transaction=True),
]

LEVEL_WITHIN = 60
STARTED_WITHIN = 240


def service(what):
    script = settings.BASE_DIR / ".ci" / "services"
    subprocess.run([script, what, "elasticsearch"], check=True, timeout=STARTED_WITHIN, capture_output=True)


@pytest.fixture
def elasticsearch():
    engine = ElasticsearchEngine()
    list(engine.rebuild(upkeep.registry.kinds.values()))
    yield engine
    if not engine.answers():
        service("start")
    engine.drop()


@pytest.fixture
def worker(elasticsearch):
    """A worker in a process of its own, as in production."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "crowd.settings.test",
            "DATABASE_URL": database_url(),
            "ELASTICSEARCH_PREFIX": settings.ELASTICSEARCH_PREFIX,
        },
    )
    yield process
    process.terminate()
    process.wait(timeout=30)


def database_url():
    """The address of the test's own database."""
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return f"{base}/{connection.settings_dict['NAME']}"


def test_nothing_fails_and_nothing_hidden_shows_while_elasticsearch_is_away(client, elasticsearch, worker, monkeypatch):
    monkeypatch.setattr(asking, "breaker", Breaker())
    monkeypatch.setitem(queries.__dict__, "PAGE_SIZE", 200)
    parent, author = cycle(), person()
    rows = [idea(parent, author=author, title=f"Каток {n}", problem="Нет") for n in range(100)]
    hidden = {row.pk for row in rows[50:]}
    Worker().drain()
    upkeep.sync_all()

    def shown():
        response = client.get(reverse("search:search"), {"q": "катка"})
        assert response.status_code == 200
        return {hit.found.id for hit in response.context["results"].hits}

    assert len(shown()) == 100
    service("stop")
    try:
        assert len(shown()) == 100
        for row in rows[:50]:
            edit_idea(author=author, idea_id=row.pk, text=IdeaText(title=f"Каток и горка {row.pk}", problem="Нет"))
        for row in rows[50:]:
            hide_idea(idea_id=row.pk, actor_id=None)
            assert row.pk not in shown()
    finally:
        service("start")

    deadline = time.monotonic() + LEVEL_WITHIN
    while (different := differences(elasticsearch)) and time.monotonic() < deadline:
        assert not hidden & shown()
        # The server answers at a pace of its own; there is nothing to wait on but the clock.
        time.sleep(0.5)

    assert different == []
    assert shown() == {row.pk for row in rows[:50]}
    assert set(Idea.objects.visible().values_list("pk", flat=True)) == {row.pk for row in rows[:50]}


def differences(engine):
    try:
        return [str(difference) for difference in upkeep.check(engine)]
    except EngineAway as error:
        return [str(error)]
