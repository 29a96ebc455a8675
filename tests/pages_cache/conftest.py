import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _pages_kept(settings):
    """Keep pages, as the site does; what changes is seen at once."""
    settings.PAGES_CACHE_SECONDS = 300
    settings.PAGES_CACHE_BEHIND_SECONDS = 0
    caches["pages"].clear()
    yield
    caches["pages"].clear()
