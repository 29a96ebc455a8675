"""What a page says about itself while it is made: what it shows, and until when that holds."""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from crowd.pages_cache import store
from crowd.pages_cache.tags import SITE

# Each says how long it is, by the database's clock, until pages change by themselves.
boundaries: list[Callable[[], timedelta]] = []
NO_END = 86400.0
# Each hears, by its name, which things a reader was shown in a list, whether the page was made for that reader or kept.
watchers: dict[str, Callable[[Sequence[int]], None]] = {}
Seen = tuple[tuple[str, tuple[int, ...]], ...]


class Shown:
    """What the page of one request shows, in the versions that were there before it was read."""

    def __init__(self, *, kept: bool) -> None:
        self.began = time.monotonic()
        self.tags: set[str] = set()
        self.versions: dict[str, str] = {}
        self.ends: float | None = None
        self.kept = kept
        # Whether what others found out is at hand: for a page that is made for one reader too.
        self._recalls = settings.PAGES_CACHE_SECONDS > 0
        self.seen: Seen = ()
        self._read({SITE})

    def add(self, tags: Collection[str]) -> None:
        new = set(tags) - self.tags
        self.tags |= new
        self._read(new, ending=True)

    def recall(self, name: str) -> Any:
        """Return what other pages found out that were made of the same version of what editors made."""
        site = self._site()
        try:
            return store.recall(site, name) if site else None
        except store.Away:
            self._lose()
            return None

    def remember(self, name: str, answer: Any) -> None:
        site = self._site()
        try:
            if site:
                store.remember(site, name, answer)
        except store.Away:
            self._lose()

    def _site(self) -> str:
        """Return the version of what editors made from before anything of it was read; "" where it is not to be had."""
        if self._recalls and store.hard(SITE) not in self.versions:
            self._note({SITE})
        return self.versions.get(store.hard(SITE), "") if self._recalls else ""

    def _note(self, tags: set[str]) -> None:
        """Add the tags' versions; the oldest of each stays, since what was read under it may have changed since."""
        try:
            self.versions = store.versions(tags) | self.versions
        except store.Away:
            self._lose()

    def _lose(self) -> None:
        self.kept = self._recalls = False

    def _read(self, tags: set[str], *, ending: bool = False) -> None:
        """Read the versions, and once when the page ends; where the cache is away, the page is not kept."""
        if not (self.kept and tags):
            return
        self._note(tags)
        if ending and self.ends is None:
            self.ends = self.began + self._seconds_left()

    def _seconds_left(self) -> float:
        """Return for how long pages stay true by themselves.

        Only editors move a boundary, so it is asked for once for each version of what they made, and then noted by the
        process's clock, as far from now as the database's clock says.
        """
        moment: float | None = self.recall("end")
        if moment is None or moment <= time.time():
            moment = time.time() + min((boundary().total_seconds() for boundary in boundaries), default=NO_END)
            self.remember("end", moment)
        return moment - time.time()


def shows(request: HttpRequest, *tags: str) -> None:
    """Say that the answer is a public page that shows this, before it is read from the database.

    What changes between the two then makes the page count as old, never the other way round. An answer that says
    nothing here is given to nobody but who asked.
    """
    shown: Shown | None = getattr(request, "shown", None)
    if shown is not None:
        shown.add(tags or (SITE,))


def counts_as_seen(request: HttpRequest, name: str, ids: Sequence[int]) -> None:
    """Say which things the answer shows, for the watcher of this name."""
    shown: Shown | None = getattr(request, "shown", None)
    if shown is not None:
        shown.seen += ((name, tuple(ids)),)


def tell_watchers(request: HttpRequest, seen: Seen) -> None:
    """Tell who watches that somebody was shown this; what a browser fetches ahead nobody may ever look at."""
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        for name, ids in seen:
            watchers[name](ids)


def drop(tags: Collection[str], *, gentle: bool = False) -> None:
    """Drop the pages that show any of this; `gentle` where something was only added. Belongs behind the commit."""
    try:
        store.drop(tags, gentle=gentle)
    except store.Away:
        # Coming back drops everything.
        return
