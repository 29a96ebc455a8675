import time

import pytest
from django.urls import reverse

from crowd.events.registry import registry as events
from crowd.events.worker import Worker
from search import asking, upkeep
from search.breaker import Breaker
from search.engines import engines
from tests.faults.own_elasticsearch import OwnElasticsearch

# What the product promises for the time in which a part is away.
LONGEST_REQUEST = 1.5


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


class Reader:
    """Somebody who searches; each answer must be there in time."""

    def __init__(self, client, cycle):
        self.client = client
        self.cycle = cycle
        self.longest = 0.0

    def get(self, url, **query):
        began = time.monotonic()
        response = self.client.get(url, query)
        self.longest = max(self.longest, time.monotonic() - began)
        assert response.status_code == 200
        return response

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
