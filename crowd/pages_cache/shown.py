"""What a page says about itself while it is made: what it shows, and until when that holds."""

import time
from collections.abc import Callable, Collection
from datetime import timedelta

from django.http import HttpRequest

from crowd.pages_cache import store
from crowd.pages_cache.tags import SITE

# Each says how long it is, by the database's clock, until pages change by themselves; None for never.
boundaries: list[Callable[[], timedelta | None]] = []


class Shown:
    """What the page of one request shows, in the versions that were there before it was read."""

    def __init__(self, *, kept: bool) -> None:
        self.began = time.monotonic()
        self.tags: set[str] = set()
        self.versions: dict[str, str] = {}
        self.ends: float | None = None
        self.kept = kept
        if kept:
            self._note({SITE})

    def add(self, tags: set[str]) -> None:
        new = tags - self.tags
        if self.kept and self.ends is None:
            self.ends = time.monotonic() + min((left.total_seconds() for left in _lefts()), default=float("inf"))
        self.tags |= new
        if self.kept and new:
            self._note(new)

    def _note(self, tags: set[str]) -> None:
        try:
            self.versions |= store.versions(tags)
        except store.Away:
            self.kept = False


def _lefts() -> list[timedelta]:
    return [left for boundary in boundaries if (left := boundary()) is not None]


def shows(request: HttpRequest, *tags: str) -> None:
    """Say that the answer is a public page that shows this, before it is read from the database.

    What changes between the two then makes the page count as old, never the other way round. An answer that says
    nothing here is given to nobody but who asked.
    """
    shown: Shown | None = getattr(request, "shown", None)
    if shown is not None:
        shown.add(set(tags) or {SITE})


def drop(tags: Collection[str], *, gentle: bool = False) -> None:
    """Drop the pages that show any of this; `gentle` where something was only added. Belongs behind the commit."""
    try:
        store.drop(tags, gentle=gentle)
    except store.Away:
        # Coming back drops everything.
        return
