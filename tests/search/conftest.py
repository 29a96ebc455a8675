import threading

import pytest
from django.conf import settings

from crowd.events.registry import registry as events
from search import asking
from search.breaker import Breaker
from search.documents import registry
from search.engines import DatabaseEngine, ElasticsearchEngine


@pytest.fixture(autouse=True)
def _own_breaker(monkeypatch):
    """A failure in one test opens no breaker in the next."""
    monkeypatch.setattr(asking, "breaker", Breaker())


@pytest.fixture(autouse=True)
def _no_schedules(monkeypatch):
    """What deliveries leave undone is not quietly repaired by a sync that happens to be due."""
    monkeypatch.setattr(events, "schedules", {})


@pytest.fixture(scope="session")
def _dropped_in_the_end():
    yield
    ElasticsearchEngine().drop()


def filled(engine):
    for _ in engine.rebuild(registry.kinds.values()):
        pass
    return engine


@pytest.fixture
def elasticsearch_engine(db, _dropped_in_the_end):
    """Elasticsearch with an index of what the test's database holds by now."""
    return filled(ElasticsearchEngine())


@pytest.fixture(params=["database", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def engine(request, db, monkeypatch):
    """Each engine in turn; the queries ask it too."""
    if request.param == "elasticsearch":
        return request.getfixturevalue("elasticsearch_engine")
    monkeypatch.setattr(settings, "ELASTICSEARCH_URL", "")
    return DatabaseEngine()


def refresh(engine):
    """Make what was written visible to searches."""
    if isinstance(engine, ElasticsearchEngine):
        engine.refresh()


def at_once(*works):
    """Run the works in threads that start together; return what they raised."""
    from django.db import connection

    barrier, raised = threading.Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait(timeout=10)
            work()
        except Exception as error:  # noqa: BLE001 - told to the test
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return raised
