"""Elasticsearch is slow, silent or gone while people search and ideas change: nobody waits, nothing is lost."""

import threading

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from ideas.actions import edit_idea, hide_idea, publish_idea
from ideas.forms import IdeaText
from ideas.models import Idea
from search import asking
from search.engines import ElasticsearchEngine, EngineAway, elastic_writes, engines
from search.engines.waiting import within
from tests.factories.ideas import idea
from tests.factories.pages import cycle
from tests.factories.people import person
from tests.faults.conftest import Reader, deliver, differences
from tests.faults.proxy import Proxy
from tests.search.conftest import at_once, filled

pytestmark = [
    pytest.mark.faults,
    pytest.mark.elasticsearch,
    pytest.mark.postgresql,
    pytest.mark.usefixtures("_no_schedules"),
]

WORSE = ["closed", "slow", "silent", "drops", "cut"]


@pytest.fixture
def proxy(monkeypatch):
    """The way to the shared server, for this test alone; a delivery gives up early, so that the test is short."""
    _, _, port = settings.ELASTICSEARCH_URL.rpartition(":")
    direct = ElasticsearchEngine()
    proxy = Proxy(int(port.strip("/")))
    monkeypatch.setattr(settings, "ELASTICSEARCH_URL", proxy.url)
    monkeypatch.setattr(elastic_writes, "WRITE_SECONDS", 2.0)
    yield proxy
    proxy.close()
    direct.drop()


@pytest.fixture
def world(db, proxy, breaker_clock, client):
    """A cycle with ten ideas in both engines, and somebody who searches."""
    parent, author = cycle(), person()
    rows = [idea(parent, author=author, title=f"Каток {n}", problem="Нет") for n in range(10)]
    for engine in engines():
        filled(engine)
    return Reader(client, parent), author, rows


def warmed(reader, expected):
    """The first page of a process reads the dictionary and the templates."""
    assert reader.found("катка") == reader.listed("катка") == expected
    reader.similar("каток")
    reader.forget()


@pytest.mark.parametrize("how", WORSE)
def test_nobody_waits_and_nothing_is_lost_while_elasticsearch_is(how, world, proxy, breaker_clock):
    reader, author, rows = world
    shown, hidden = {row.pk for row in rows[:5]}, rows[5:]
    warmed(reader, {row.pk for row in rows})

    proxy.worsen(how)
    for row in rows[:5]:
        edit_idea(author=author, idea_id=row.pk, text=IdeaText(title=f"Каток и горка {row.pk}", problem="Нет"))
    for row in hidden:
        hide_idea(idea_id=row.pk, actor_id=None)
    late = idea(rows[0].cycle, author=author, moderation=Idea.Moderation.PENDING, title="Каток", problem="Нет")
    publish_idea(idea_id=late.pk, actor_id=None)
    deliver()
    shown.add(late.pk)
    for _ in range(3):
        assert reader.found("катка") == reader.listed("катка") == shown
        assert reader.similar("каток") <= shown
        # Whoever comes after a pause tries the server again, and waits no longer for that.
        breaker_clock.ahead += 20
    proxy.mend()
    breaker_clock.ahead += 20
    deliver()

    assert differences() == []
    assert reader.found("катка") == reader.listed("катка") == shown
    assert [asking.breaker.may_try() for _ in range(3)] == [True] * 3
    assert reader.was_answered_in_time()


def test_all_questions_of_a_request_share_the_time_that_it_gives_a_slow_server(world, proxy, monkeypatch):
    """A slip of the hand is asked for as it stands, then mended: two answers in 0.7 s each would be too late."""
    reader, _, rows = world
    warmed(reader, {row.pk for row in rows})
    monkeypatch.setattr(proxy, "SLOW_SECONDS", 0.7)
    proxy.worsen("slow")

    found = reader.found("коток")

    assert found == {row.pk for row in rows}
    assert reader.was_answered_in_time()


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_a_silent_server_at_once_are_all_answered_in_time(world, proxy):
    reader, _, rows = world
    expected = {row.pk for row in rows}
    warmed(reader, expected)
    readers = [Reader(Client(), reader.cycle) for _ in range(4)]
    answers = []
    proxy.worsen("silent")

    raised = at_once(*[lambda one=one: answers.append(one.found("катка")) for one in readers])

    assert raised == []
    assert answers == [expected] * 4
    assert all(one.was_answered_in_time() for one in readers)
    assert not asking.breaker.may_try()


def test_server_that_is_slow_to_write_is_level_in_the_end(world, proxy, monkeypatch):
    _, author, rows = world
    monkeypatch.setattr(elastic_writes, "WRITE_SECONDS", 20.0)
    proxy.worsen("slow")
    edit_idea(author=author, idea_id=rows[0].pk, text=IdeaText(title="Горка", problem="Нет"))

    deliver()
    proxy.mend()

    assert differences() == []


def test_change_that_is_rolled_back_is_in_neither_engine(world, proxy):
    reader, author, rows = world

    with transaction.atomic():
        hide_idea(idea_id=rows[0].pk, actor_id=None)
        edit_idea(author=author, idea_id=rows[1].pk, text=IdeaText(title="Горка", problem="Нет"))
        transaction.set_rollback(True)
    deliver()

    assert differences() == []
    assert reader.found("горка") == set()
    assert reader.found("катка") == {row.pk for row in rows}


def test_waiting_for_an_answer_ends_though_the_work_does_not():
    """As where the name of the server is asked for in vain, which no time-out of a connection bounds."""
    never = threading.Event()

    with pytest.raises(EngineAway, match="No answer within"):
        within(0.05, never.wait)
    never.set()
