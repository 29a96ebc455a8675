import os

import pytest

from tests.browser import chromium
from tests.live.servers import start_embedded, start_production


@pytest.fixture(scope="module")
def browser():
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="session")
def embedded_demo(tmp_path_factory):
    """The embedded server with the demonstration: what `make run` gives."""
    with start_embedded(tmp_path_factory.mktemp("demo")) as site:
        site.manage("load_demo", "-v0")
        yield site


@pytest.fixture(scope="session")
def production_demo(tmp_path_factory):
    """The demonstration in production's processes, each by its command line, on all three servers."""
    folder = tmp_path_factory.mktemp("production-demo")
    with start_production(
        folder,
        postgresql_url=os.environ["DATABASE_URL"],
        redis_url=os.environ["REDIS_URL"],
        elasticsearch_url=os.environ["ELASTICSEARCH_URL"],
        ELASTICSEARCH_PREFIX=f"story-{os.getpid()}",
    ) as site:
        try:
            site.manage("load_demo", "-v0")
            yield site
        finally:
            site.run(FORGET_INDEX)


FORGET_INDEX = """
from django.conf import settings
from elasticsearch import Elasticsearch
client = Elasticsearch(settings.ELASTICSEARCH_URL)
names = list(client.indices.get(index=settings.ELASTICSEARCH_PREFIX + "*"))
for name in names:
    client.indices.delete(index=name)
print(json.dumps(names))
"""
