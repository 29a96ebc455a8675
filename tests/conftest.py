import os

import pytest
from django.conf import settings

SERVERS = {"postgresql": "DATABASE_URL", "redis": "REDIS_URL", "elasticsearch": "ELASTICSEARCH_URL"}


def pytest_collection_modifyitems(items):
    """Skip aloud what needs a server that no variable names."""
    for item in items:
        for marker, variable in SERVERS.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"{variable} is not set"))


@pytest.fixture(scope="session")
def appeals_path():
    path = settings.BASE_DIR.parent / "shared" / "data" / "appeals.ru.jsonl"
    if not path.exists():
        pytest.skip(f"the residents' appeals are not here: {path.name}")
    return path
