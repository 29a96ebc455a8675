import logging
import threading
import time

import pytest
from django.urls import reverse

from crowd.events.registry import registry as events
from crowd.events.worker import Worker
from search import asking, upkeep
from search.breaker import Breaker
from search.engines import engines
from tests.faults.own_elasticsearch import OwnElasticsearch
from tests.faults.proxy import Proxy

log = logging.getLogger(__name__)

# What the product promises for the time in which a part is away. Of a request the tests bound what it waits for that
# part, which no load of the machine lengthens; of the whole of it only that nobody sat through a slow answer.
LONGEST_WAIT = 1.5
LONGEST_REQUEST = Proxy.SLOW_SECONDS

waited = threading.local()


class Clock:
    """The breaker's clock, which a test may move on."""

    ahead = 0.0

    def __call__(self):
        return time.monotonic() + self.ahead


@pytest.fixture
def breaker_clock(monkeypatch):
    """A breaker of the test's own, and its clock."""
    clock = Clock()
    monkeypatch.setattr(asking, "breaker", Breaker(clock=clock))
    return clock


@pytest.fixture
def _no_schedules(monkeypatch):
    """What deliveries leave undone is not quietly repaired by a sync that happens to be due."""
    monkeypatch.setattr(events, "schedules", {})


@pytest.fixture(scope="session")
def own_elasticsearch():
    """A server that tests may stop and kill; each leaves it running."""
    server = OwnElasticsearch()
    server.start()
    yield server
    server.remove()


@pytest.fixture(autouse=True)
def _waits_are_counted(monkeypatch):
    spend = asking.Patience.spend

    def counted(self, work):
        began = time.monotonic()
        try:
            return spend(self, work)
        finally:
            waited.seconds = getattr(waited, "seconds", 0.0) + time.monotonic() - began

    monkeypatch.setattr(asking.Patience, "spend", counted)


class Reader:
    """Somebody who searches; `forget()` begins to count anew how long that took."""

    def __init__(self, client, cycle):
        self.client = client
        self.cycle = cycle
        self.forget()

    def forget(self):
        self.longest = self.longest_wait = 0.0

    def get(self, url, **query):
        began, waited.seconds = time.monotonic(), 0.0
        response = self.client.get(url, query)
        self.longest = max(self.longest, time.monotonic() - began)
        self.longest_wait = max(self.longest_wait, waited.seconds)
        assert response.status_code == 200
        return response

    def was_answered_in_time(self):
        log.info("longest request %.2f s, longest wait for Elasticsearch %.2f s", self.longest, self.longest_wait)
        return self.longest_wait <= LONGEST_WAIT and self.longest < LONGEST_REQUEST

    def found(self, words):
        """What the page of the search shows, by ids."""
        results = self.get(reverse("search:search"), q=words).context["results"]
        return {hit.found.id for hit in results.hits}

    def similar(self, words):
        return {one["id"] for one in self.get(reverse("search:similar"), title=words).json()["results"]}

    def listed(self, words):
        """What the list of the cycle shows, narrowed by the same words."""
        return {idea.pk for idea in self.get(self.cycle.url, q=words).context["list"].ideas}


def deliver():
    Worker().drain()


def differences():
    """What `search check` would print, of both engines."""
    return [str(difference) for engine in engines() for difference in upkeep.check(engine)]
