"""Elasticsearch is stopped, killed and started again for real while ideas change: a server of the tests' own."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from crowd import clock
from crowd.events.models import Delivery, Event, ScheduledRun
from discussions.documents import touch_comments
from ideas.actions import edit_idea, hide_idea, publish_idea
from ideas.documents import touch_ideas
from ideas.forms import IdeaText
from ideas.models import Idea
from search import queries
from search.documents import registry
from search.engines import ElasticsearchEngine, EngineAway, elastic_writes, engines
from tests.factories.comments import comment, thread
from tests.factories.ideas import idea
from tests.factories.pages import cycle, discussion
from tests.factories.people import person
from tests.faults.conftest import Reader, deliver, differences
from tests.live.processes import wait_until
from tests.search.conftest import filled

pytestmark = [
    pytest.mark.faults,
    pytest.mark.elasticsearch,
    pytest.mark.postgresql,
    pytest.mark.xdist_group("elasticsearch-faults"),
    pytest.mark.usefixtures("_no_schedules", "breaker_clock"),
]

LEVEL_WITHIN = 60


@pytest.fixture
def server(own_elasticsearch, monkeypatch):
    """A server that the test may stop; it runs when the test begins, and the next one finds it running."""
    monkeypatch.setattr(settings, "ELASTICSEARCH_URL", own_elasticsearch.url)
    # All that is found stands on one page.
    monkeypatch.setattr(queries, "PAGE_SIZE", 200)
    yield own_elasticsearch
    if not ElasticsearchEngine().answers():
        own_elasticsearch.start()
    ElasticsearchEngine().drop()


def database_url():
    """The address of the test's own database."""
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return f"{base}/{connection.settings_dict['NAME']}"


@pytest.fixture
def worker(transactional_db, server):
    """A worker in a process of its own, as in production, whose nightly repair is far away."""
    tomorrow = clock.now() + timedelta(days=1)
    ScheduledRun.objects.bulk_create(
        [ScheduledRun(name=name, due_at=tomorrow) for name in ("search.sync", "search.complete")]
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "crowd.settings.test",
        "DATABASE_URL": database_url(),
        "ELASTICSEARCH_URL": server.url,
        "ELASTICSEARCH_PREFIX": settings.ELASTICSEARCH_PREFIX,
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=settings.BASE_DIR, env=os.environ | environment
    )
    yield process
    process.terminate()
    process.wait(timeout=30)


def ideas_in(parent, author, count):
    rows = [idea(parent, author=author, title=f"Каток {n}", problem="Нет") for n in range(count)]
    for engine in engines():
        filled(engine)
    return rows


def told():
    try:
        return differences()
    except EngineAway as error:
        return [str(error)]


def level():
    deliver()
    return not told()


def meanwhile(work):
    """Do the work in a thread while the body of the loop goes on; end when the work is done."""
    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        yield
    thread.join()


def test_server_is_stopped_before_during_and_after_writes_and_nobody_notices(client, server, worker):
    parent, author = cycle(), person()
    rows = ideas_in(parent, author, 90)
    reader = Reader(client, parent)
    stays, goes = rows[:45], rows[45:]
    shown = {row.pk for row in rows}
    assert reader.found("катка") == shown
    reader.forget()

    def write():
        """One idea is hidden and one changed; asked at once, nobody sees what is hidden."""
        hidden, changed = goes.pop(), stays.pop()
        hide_idea(idea_id=hidden.pk, actor_id=None)
        edit_idea(author=author, idea_id=changed.pk, text=IdeaText(title=f"Каток и горка {changed.pk}", problem="Нет"))
        shown.discard(hidden.pk)
        assert reader.found("катка") == shown

    for _ in range(3):
        write()
    for _ in meanwhile(server.stop):
        write()
    for _ in range(10):
        write()
    for _ in meanwhile(server.start):
        if goes:
            write()
        assert reader.found("катка") == shown
        # A reader who never rests would slow the server's start; there is nothing to wait on but the clock.
        time.sleep(0.2)

    wait_until(lambda: not told(), "indexes that are level", seconds=LEVEL_WITHIN)
    assert reader.found("катка") == shown
    assert reader.was_answered_in_time()
    assert not Delivery.objects.exclude(status=Delivery.Status.DONE).exists()


@pytest.mark.django_db
def test_server_is_killed_in_a_rebuild_and_the_old_index_serves_again(client, server, monkeypatch, breaker_clock):
    monkeypatch.setattr(elastic_writes, "CHUNK", 5)
    parent, author = cycle(), person()
    rows = ideas_in(parent, author, 30)
    engine, reader = ElasticsearchEngine(), Reader(client, parent)
    before = engine._indexes()
    rebuilding = engine.rebuild(list(registry.kinds.values()))
    for _ in range(8):
        next(rebuilding)

    server.kill()
    with pytest.raises(EngineAway):
        list(rebuilding)
    hide_idea(idea_id=rows[0].pk, actor_id=None)
    late = idea(parent, author=author, moderation=Idea.Moderation.PENDING, title="Каток", problem="Нет")
    publish_idea(idea_id=late.pk, actor_id=None)
    deliver()
    shown = {row.pk for row in rows[1:]} | {late.pk}
    meanwhile_found = reader.found("каток")
    server.start()
    breaker_clock.ahead += 60

    wait_until(level, "indexes that are level", seconds=LEVEL_WITHIN)
    left = engine._indexes()
    filled(engine)
    assert meanwhile_found == reader.found("каток") == shown
    # The unfinished one is kept level too until the next rebuild, which drops both.
    assert (set(before) < set(left), len(left), len(engine._indexes())) == (True, 2, 1)
    assert told() == []


@pytest.mark.django_db
def test_changes_in_bulk_while_the_server_is_away_are_delivered_even_thrice(server, breaker_clock):
    """`update()` of a whole cycle tells nobody by itself: the events beside it do, and each may come again and late."""
    parent, author = cycle(), person()
    page = discussion(parent.get_parent())
    ideas_in(parent, author, 12)
    remark = comment(thread(page), author=author, body="Поддерживаю горку")
    deliver()
    first = set(Event.objects.values_list("pk", flat=True))

    server.stop()
    Idea.objects.filter(cycle=parent).update(title="Горка зимой")
    touch_ideas(Idea.objects.filter(cycle=parent))
    type(remark).objects.filter(pk=remark.pk).update(body="Поддерживаю каток")
    touch_comments("discussion", [page.pk])
    deliver()
    away = told()
    server.start()
    breaker_clock.ahead += 60
    wait_until(level, "indexes that are level", seconds=LEVEL_WITHIN)
    newest = Delivery.objects.exclude(event__in=first)
    for again in (newest, newest, Delivery.objects.filter(event__in=first)):
        again.update(status=Delivery.Status.PENDING, due_at=clock.now())
        deliver()

    assert away != []
    assert told() == []
    assert not Delivery.objects.exclude(status=Delivery.Status.DONE).exists()
