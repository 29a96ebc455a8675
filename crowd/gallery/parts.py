"""What a gallery is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class State(NamedTuple):
    """One state of a component: its name, and what its template is given."""

    name: str
    context: dict[str, Any] | Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    template: str
    title: str
    states: list[State] = field(default_factory=list)


class Group(NamedTuple):
    slug: str
    title: str
    entries: list[Entry]
