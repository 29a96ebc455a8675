"""The database's clock: the one that decides what is late, the same for every process; and another hour, rehearsed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import connection
from django.db.models import DateTimeField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

_rehearsed: ContextVar[datetime | None] = ContextVar("rehearsed", default=None)


def now() -> datetime:
    """Return the database's present moment, aware, in UTC; within `at()` the moment that is rehearsed."""
    rehearsed = _rehearsed.get()
    if rehearsed is not None:
        return rehearsed
    if connection.vendor == "sqlite":
        # SQLite runs inside this process, so its clock is this one.
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment.astimezone(UTC)


def moment() -> Combinable:
    """Return what queries compare phases with: the database's own now, within `at()` the moment that is rehearsed."""
    rehearsed = _rehearsed.get()
    return Now() if rehearsed is None else Value(rehearsed, DateTimeField())


def is_rehearsal() -> bool:
    """Say whether a page is being shown as of another moment: then nothing may be written for it."""
    return _rehearsed.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer this moment (aware) to the code within: for pages shown as they will be, never for writes.

    It holds in this thread or task only, and ends with the block.
    """
    token = _rehearsed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _rehearsed.reset(token)
