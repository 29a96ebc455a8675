"""Where the pages are kept, with the versions of what they show.

Each tag has two versions: one changes with whatever changes what the tag names, the other with what only adds to it.
A version is a word made anew each time: no two processes have to agree on a number, and one that was lost (the cache
was full, the server started anew) equals nothing that was ever written.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pickle import UnpicklingError  # nosec B403
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core.cache import caches
from redis.exceptions import RedisError

from crowd.pages_cache.rules import Address
from crowd.pages_cache.tags import SITE

log = logging.getLogger(__name__)

# Longer than any page is kept, so that a version outlives the pages that were made from it.
VERSION_SECONDS = 3600
# Whoever dies while rendering keeps the others waiting no longer than this.
LOCK_SECONDS = 10
AWAY_PAUSE = 0.5


class Away(Exception):
    """The cache does not answer, or may have missed what happened while it did not."""


@dataclass(frozen=True)
class Entry:
    """A page as it was made (`body` compressed), and of which versions. `id` tells this making from any other."""

    id: str
    address: str
    headers: list[tuple[str, str]]
    body: bytes
    versions: dict[str, str]
    # What it shows that somebody counts, by name.
    seen: tuple[tuple[str, tuple[int, ...]], ...] = ()


class State(Enum):
    RIGHT = "right"
    BEHIND = "behind"  # something was added since
    WRONG = "wrong"


def hard(tag: str) -> str:
    return f"tag:{tag}"


def soft(tag: str) -> str:
    return f"soft:{tag}"


def told(event_id: Any) -> str:
    return f"told:{event_id}"


class Connection:
    """The way to the cache. While it does not answer nobody uses it, and before anybody does again all is dropped.

    What was missed meanwhile, here or elsewhere, nobody can tell; so a process that saw it away starts from nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away = False

    def ask(self, method: str, *args: Any, **options: Any) -> Any:
        if self._away:
            raise Away
        try:
            return getattr(caches["pages"], method)(*args, **options)
        except RedisError as error:
            self._lose(error)
            raise Away from error

    def _lose(self, error: RedisError) -> None:
        with self._lock:
            if self._away:
                return
            self._away = True
        log.warning("pages_cache.away", extra={"error": repr(error)})
        threading.Thread(target=self._come_back, name="pages-cache", daemon=True).start()

    def _come_back(self) -> None:
        while True:
            time.sleep(AWAY_PAUSE)
            try:
                caches["pages"].set(hard(SITE), token_urlsafe(9), VERSION_SECONDS)
            except RedisError:
                continue
            self._away = False
            return


connection = Connection()


def get(address: Address) -> Entry | None:
    entry: Entry | None = connection.ask("get", address.place)
    # Several addresses may have one place.
    return entry if entry is not None and entry.address == address.text else None


def keep(address: Address, entry: Entry, seconds: int) -> None:
    connection.ask("set", address.place, entry, seconds)


def take_lock(address: Address) -> bool:
    return bool(connection.ask("add", f"lock:{address.name}", 1, LOCK_SECONDS))


def give_lock(address: Address) -> None:
    connection.ask("delete", f"lock:{address.name}")


def versions(tags: Iterable[str]) -> dict[str, str]:
    """Return the versions of the tags as they are now; a tag that has none gets one."""
    keys = [key(tag) for tag in tags for key in (hard, soft)]
    found: dict[str, str] = connection.ask("get_many", keys)
    return {key: found.get(key) or _first_version(key) for key in keys}


def _first_version(key: str) -> str:
    made = token_urlsafe(9)
    if connection.ask("add", key, made, VERSION_SECONDS):
        return made
    return connection.ask("get", key) or made


def state(entry: Entry) -> State:
    """Compare what the page was made from with what is: one question to the cache."""
    present = connection.ask("get_many", list(entry.versions))
    changed = [key for key, version in entry.versions.items() if present.get(key) != version]
    if not changed:
        return State.RIGHT
    added = all(key.startswith("soft:") and key in present for key in changed)
    return State.BEHIND if added else State.WRONG


def _answer(site: str, name: str) -> str:
    # Some names hold addresses: of any length, in any letters.
    return f"site:{site}:{sha256(name.encode()).hexdigest()}"


def recall(site: str, name: str) -> Any:
    """Return what was found out for this version of what editors made; None where nobody has yet."""
    try:
        return connection.ask("get", _answer(site, name))
    except (AttributeError, ImportError, UnpicklingError):
        # Left there by another version of the program. Only the error is pickle's: Django's cache reads what it wrote.
        return None


def remember(site: str, name: str, answer: Any) -> None:
    connection.ask("set", _answer(site, name), answer, settings.PAGES_CACHE_SECONDS)


def drop(tags: Collection[str], *, gentle: bool = False, events: Sequence[Any] = ()) -> None:
    """Give the tags new versions and note that these events were heeded: one question to the cache."""
    key: Callable[[str], str] = soft if gentle else hard
    changed = {key(tag): token_urlsafe(9) for tag in tags} | {told(event): "1" for event in events}
    connection.ask("set_many", changed, VERSION_SECONDS)


def untold(events: Collection[Any]) -> set[Any]:
    """Return those of the events that nobody has heeded."""
    heeded = connection.ask("get_many", [told(event) for event in events])
    return {event for event in events if told(event) not in heeded}
