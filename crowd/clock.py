"""The database's clock: the one that decides what is late, the same for every process."""

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """Return the database's present moment, aware, in UTC."""
    if connection.vendor == "sqlite":
        # SQLite runs inside this process, so its clock is this one.
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment.astimezone(UTC)
