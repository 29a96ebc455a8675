"""Where a page of results ends and the next begins, as it stands in an address."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

LONGEST = 400


@dataclass(frozen=True)
class Place:
    """How the query was read (the number of the reading, and whether some of the words are enough), and where it is.

    `after` is the engine's own place; where that is empty, or another engine answers now, the page's number counts.
    """

    number: int = 0
    loose: bool = False
    after: list[Any] = field(default_factory=list)

    @property
    def written(self) -> str:
        said = json.dumps([self.number, int(self.loose), *self.after], separators=(",", ":"))
        return urlsafe_b64encode(said.encode()).decode().rstrip("=")


def read_place(text: str) -> Place | None:
    """Return the place that is written there; None where none is: then the search begins anew."""
    if not text or len(text) > LONGEST:
        return None
    try:
        number, loose, *after = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, TypeError):
        return None
    if not isinstance(number, int) or not 0 <= number <= 1 or loose not in (0, 1) or not _is_sound(after):
        return None
    return Place(number, loose=bool(loose), after=after)


def _is_sound(after: list[Any]) -> bool:
    """Say whether it is what the engine sorts by: a score, a moment, a kind, an id; or nothing."""
    if not after:
        return True
    kinds: list[Any] = [(int, float), int, str, int]
    return len(after) == len(kinds) and all(
        isinstance(value, kind) and not isinstance(value, bool) for value, kind in zip(after, kinds, strict=True)
    )
