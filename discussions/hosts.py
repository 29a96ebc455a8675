"""What a thread hangs on: apps register here how to see it and where it is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from crowd.people.models import Person


@dataclass(frozen=True)
class Host:
    """The page or idea that a thread belongs to."""

    title: str
    url: str


@dataclass(frozen=True)
class HostKind:
    """`find(id, person)` returns the host where the person may see it, else None; `commentable(id)` says whether its
    state (not the phase) allows a comment; `live_counts(id)` returns the message that open pages get at most once a
    second when the host's counts have changed (`{"type": "votes", …}`), or None where they are not public;
    `public(ids)` returns those of many hosts that everybody may see, with the same number of queries for 1 and 100.
    """

    name: str
    find: Callable[[int, Person | None], Host | None]
    commentable: Callable[[int], bool]
    live_counts: Callable[[int], dict[str, Any] | None] | None = None
    public: Callable[[Collection[int]], dict[int, Host]] | None = None


@dataclass
class HostRegistry:
    kinds: dict[str, HostKind] = field(default_factory=dict)

    def register(self, kind: HostKind) -> None:
        self.kinds[kind.name] = kind

    def find(self, kind: str, host_id: int, person: Person | None) -> Host | None:
        """Return the host where its kind is known and the person may see it, else None."""
        known = self.kinds.get(kind)
        return known.find(host_id, person) if known else None

    def public(self, kind: str, host_ids: Collection[int]) -> dict[int, Host]:
        """Return those of the hosts that everybody may see."""
        known = self.kinds.get(kind)
        if known is None or not host_ids:
            return {}
        if known.public is not None:
            return known.public(host_ids)
        found = {host_id: known.find(host_id, None) for host_id in host_ids}
        return {host_id: host for host_id, host in found.items() if host is not None}


registry = HostRegistry()
