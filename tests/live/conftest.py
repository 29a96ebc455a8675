import os

import pytest

from tests.browser import chromium as browsers
from tests.live.processes import start_redis
from tests.live.rooms import room_in
from tests.live.servers import start_embedded, start_production


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """The embedded server; each test makes a thread of its own in it."""
    with start_embedded(tmp_path_factory.mktemp("embedded")) as site:
        yield site


@pytest.fixture(scope="module")
def chromium():
    with browsers.started() as browser:
        yield browser


@pytest.fixture
def room(chromium, embedded):
    """A fresh discussion; its pages' consoles stay silent."""
    room = room_in(chromium, embedded)
    yield room
    room.close()
    assert room.faults == []


@pytest.fixture
def own_embedded(tmp_path):
    """An embedded server that the test may end."""
    with start_embedded(tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory):
    """A Redis that tests may stop and start."""
    redis = start_redis(tmp_path_factory.mktemp("redis"))
    yield redis
    redis.stop()


@pytest.fixture(scope="module")
def production(tmp_path_factory, redis_server):
    """Two HTTP and two live processes on PostgreSQL and a Redis of their own; each test makes its own thread."""
    with start_production(
        tmp_path_factory.mktemp("production"),
        postgresql_url=os.environ["DATABASE_URL"],
        redis_url=f"redis://127.0.0.1:{redis_server.port}/0",
        http=2,
        live=2,
        workers=0,
        static=False,
        LIVE_BEAT_SECONDS="3",
    ) as site:
        yield site
