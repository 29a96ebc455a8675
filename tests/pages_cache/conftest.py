import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.pages_cache import store


@pytest.fixture(autouse=True)
def _pages_kept(settings):
    """Keep pages, as the site does; what changes is seen at once."""
    settings.PAGES_CACHE_SECONDS = 300
    settings.PAGES_CACHE_BEHIND_SECONDS = 0
    caches["pages"].clear()
    yield
    caches["pages"].clear()


class Reader:
    """Reads as nobody in particular; says whether the page was kept, which is when it cost no query."""

    def __init__(self, client):
        self.client = client

    def is_kept(self, address, **options):
        self.client.cookies.clear()
        with CaptureQueriesContext(connection) as queries:
            self.client.get(address, **options)
        return not len(queries)

    def warm(self, *addresses):
        """Have the pages kept."""
        for address in addresses:
            self.client.get(address)
            assert self.is_kept(address), address


@pytest.fixture
def reader(client):
    return Reader(client)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Let what is done within it be committed, as far as those are concerned who wait for that."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def kept():
    """How many pages are kept."""
    return lambda: sum(isinstance(caches["pages"].get(key), store.Entry) for key in keys())


def keys():
    return [key.split(":", 2)[2] for key in list(caches["pages"]._cache)]
