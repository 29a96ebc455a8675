"""A database made for a benchmark and dropped after it."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_database() -> Iterator[str]:
    """Make a test database on the server at hand; its name of the kind (`postgresql`, `sqlite`) is given."""
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        yield connection.vendor
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def analyze() -> None:
    """Let the database count what it holds, as it does itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
