import os
from pathlib import Path

import pytest
from django.conf import settings

SERVERS = {"postgresql": "DATABASE_URL", "redis": "REDIS_URL", "elasticsearch": "ELASTICSEARCH_URL"}
CHROMIUM = Path("/usr/bin/chromium")
NOTHING_SKIPPED = bool(os.environ.get("CROWD_NOTHING_SKIPPED"))


def pytest_configure(config):
    """Translations are compiled once, before any worker starts."""
    if not hasattr(config, "workerinput"):
        from django.core.management import call_command

        call_command("compile_translations", verbosity=0)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Skip aloud what needs a server that no variable names; put what commits for real behind what rolls back.

    A test that commits empties the database when it ends, and begins by putting back what the migrations made.
    """
    for item in items:
        for marker, variable in SERVERS.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"{variable} is not set"))
        if item.get_closest_marker("browser") and not CHROMIUM.exists():
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))
        if commits(item) and "django_db_serialized_rollback" not in item.fixturenames:
            item.fixturenames.insert(0, "django_db_serialized_rollback")
    items.sort(key=commits)


def commits(item):
    marker = item.get_closest_marker("django_db")
    transaction = bool(marker and marker.kwargs.get("transaction"))
    return transaction or "transactional_db" in item.fixturenames


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where all servers are there, as in CI, a skipped test is a failed one."""
    report = yield
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and here nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def appeals_path():
    path = settings.BASE_DIR.parent / "shared" / "data" / "appeals.ru.jsonl"
    if not path.exists():
        pytest.skip(f"the residents' appeals are not here: {path.name}")
    return path
