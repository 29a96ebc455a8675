import json
import os
import shutil
import sqlite3
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from crowd.limits import windows
from tests.live import templates

SERVERS = {"postgresql": "DATABASE_URL", "redis": "REDIS_URL", "elasticsearch": "ELASTICSEARCH_URL"}
CHROMIUM = Path("/usr/bin/chromium")
# Fixtures of servers that keep everything in one process, whatever the variables name.
EMBEDDED = {"embedded", "own_embedded", "embedded_demo", "developers_site"}
NOTHING_SKIPPED = bool(os.environ.get("CROWD_NOTHING_SKIPPED"))


def pytest_configure(config):
    """Translations are compiled once, before any worker starts."""
    if not hasattr(config, "workerinput"):
        call_command("compile_translations", verbosity=0)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Skip aloud what needs a server that no variable names; put what commits for real behind what rolls back.

    A test that commits empties the database when it ends; what the migrations made is then put back. Where all three
    servers are named, tests of an embedded server are left to the run without, in which nothing is different for them.
    """
    if all(os.environ.get(variable) for variable in SERVERS.values()) and not os.environ.get("CROWD_ALL_TESTS"):
        left = [item for item in items if is_embedded(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    for item in items:
        for marker, variable in SERVERS.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"{variable} is not set"))
        if item.get_closest_marker("browser") and not CHROMIUM.exists():
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))
        if item.get_closest_marker("java") and not shutil.which("java"):
            item.add_marker(pytest.mark.skip(reason="Java is not installed"))
        if commits(item):
            # First to be set up, so last to be torn down: after the database was emptied.
            item.fixturenames.insert(0, "migrated_data_put_back")
    items.sort(key=commits)


def is_embedded(item):
    return item.get_closest_marker("embedded") is not None or not EMBEDDED.isdisjoint(item.fixturenames)


def commits(item):
    marker = item.get_closest_marker("django_db")
    transaction = bool(marker and marker.kwargs.get("transaction"))
    return transaction or "transactional_db" in item.fixturenames


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Let the tests' database be a copy of one that was migrated once: each worker would take long to migrate its own."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = templates.postgresql_template(os.environ["DATABASE_URL"])
        yield
        return
    creation, template = connection.creation, templates.sqlite_template()
    create = creation._create_test_db
    with ExitStack() as kept:

        def create_filled(*arguments, **options):
            name = create(*arguments, **options)
            # It is in memory for as long as somebody is connected to it.
            filled = kept.enter_context(closing(sqlite3.connect(name, uri=True)))
            with closing(sqlite3.connect(template)) as source:
                source.backup(filled)
            return name

        creation._create_test_db = create_filled
        yield


@pytest.fixture(scope="session")
def migrated_data(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        rows = json.loads(connection.creation.serialize_db_to_string())
        connection.close()
    # Wagtail's pages look their content type up as they are made, and make it where it is not there yet.
    return json.dumps(sorted(rows, key=lambda row: row["model"] != "contenttypes.contenttype"))


@pytest.fixture
def migrated_data_put_back(migrated_data, django_db_blocker, monkeypatch):
    """Empty the database after a test that commits, in Django's place: its own flush would make content types and
    permissions anew, under other ids, only for them to be thrown away."""
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: None)
    yield
    from django.contrib.contenttypes.models import ContentType

    with django_db_blocker.unblock():
        call_command("flush", interactive=False, reset_sequences=False, inhibit_post_migrate=True, verbosity=0)
        ContentType.objects.clear_cache()
        connection.creation.deserialize_db_from_string(migrated_data)
        connection.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where all servers are there, as in CI, a skipped test is a failed one."""
    report = yield
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and here nothing may be: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _in_russian():
    """A request leaves its language behind in the thread; the next test starts in the site's own."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def wagtail_tasks(settings):
    """Let Wagtail do at once what it does after a page or a file is saved or gone, as it does without settings."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(autouse=True)
def _one_window(monkeypatch):
    """What a test does often it does within one window of the limits, however slow the machine.

    Windows are those of the moment at which the test begins. Where a test travels in time they are the true ones.
    """
    began, now = time.time(), windows.now
    monkeypatch.setattr(windows, "now", lambda: now() if time_machine.escape_hatch.is_travelling() else began)


@pytest.fixture(scope="session")
def appeals_path():
    path = settings.BASE_DIR.parent / "shared" / "data" / "appeals.ru.jsonl"
    if not path.exists():
        pytest.skip(f"the residents' appeals are not here: {path.name}")
    return path


@pytest.fixture(scope="session")
def appeals(appeals_path):
    """The residents' appeals as dictionaries. Their words hold characters at which `splitlines` would cut."""
    with appeals_path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
