"""What a thread hangs on: apps register here how to see it and where it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from crowd.people.models import Person


@dataclass(frozen=True)
class Host:
    """The page or idea that a thread belongs to."""

    title: str
    url: str


@dataclass(frozen=True)
class HostKind:
    """`find(id, person)` returns the host where the person may see it, else None; `commentable(id)` says whether its
    state (not the phase) allows a comment."""

    name: str
    find: Callable[[int, Person | None], Host | None]
    commentable: Callable[[int], bool]


@dataclass
class HostRegistry:
    kinds: dict[str, HostKind] = field(default_factory=dict)

    def register(self, kind: HostKind) -> None:
        self.kinds[kind.name] = kind


registry = HostRegistry()
