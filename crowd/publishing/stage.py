"""The stage of a rehearsal: drafts stand as if they were published, in a transaction that is always struck.

Everything that a page reads from the database it reads there, so no page, tag or query has to know of rehearsals.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from crowd import clock
from crowd.memo import one_reading


@contextmanager
def struck() -> Iterator[None]:
    """Undo whatever is written within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def read_only() -> Iterator[None]:
    """Let the database refuse every write within; to be used inside of `struck()`, with which it ends on PostgreSQL."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        return
    # Past Django's cursor, which refuses to work once a query has failed: the pragma outlives the transaction.
    connection.ensure_connection()
    connection.connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        connection.connection.execute("PRAGMA query_only = OFF")


@contextmanager
def rehearsed(pages: Iterable[Page], moment: datetime) -> Iterator[list[str]]:
    """Show these pages' drafts as published, and the moment as the present; nothing of it stays.

    Gives the titles of drafts that could not be published as they are, because something in them is missing.
    """
    with struck():
        incomplete = _raise(pages, moment)
        # What is read here is true here only: nothing of it is kept for other pages, nor theirs used.
        with read_only(), clock.at(moment), one_reading():
            yield incomplete


def _raise(pages: Iterable[Page], moment: datetime) -> list[str]:
    incomplete = []
    with disable_reference_index_auto_update():
        for page in pages:
            try:
                with transaction.atomic():
                    _publish(page, moment)
            except (ValidationError, DatabaseError):
                incomplete.append(page.get_admin_display_title())
    return incomplete


def _publish(page: Page, moment: datetime) -> None:
    """Write the page as it would be at the moment, had the latest draft been published."""
    shown = page.get_latest_revision_as_object() if has_draft(page) else page.specific
    if shown.go_live_at and shown.go_live_at > moment:
        # Not yet: until then the page stays what it is.
        return
    shown.slug = page.slug
    shown.live = not (shown.expire_at and shown.expire_at <= moment)
    shown.save()


def has_draft(page: Page) -> bool:
    """Say whether something was written after the page was last published, or it has never been."""
    if page.latest_revision_id is None:
        return not page.live and page.last_published_at is None
    return page.last_published_at is None or page.latest_revision_created_at > page.last_published_at


def is_staged(page: Page) -> bool:
    """Say whether the page would look different on the stage than it is."""
    return has_draft(page) or page.go_live_at is not None or page.expire_at is not None
