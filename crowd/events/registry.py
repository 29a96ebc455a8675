"""Who listens: apps say in `AppConfig.ready()` what is to be done when something happened, and what at which times."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crowd.events.models import Event

Handler = Callable[[Sequence["Event"]], None]
# Is told of events right after their commit, by the process that wrote them: must be quick, and may be missed.
Listener = Callable[[Sequence["Event"]], None]


class Away(Exception):
    """A part that the handler needs is away. The work waits for it, however long, and is never set aside."""


@dataclass(frozen=True)
class Consumer:
    """A named listener.

    `handler` gets up to `batch` events, each of another subject where `coalesce` is set: ten changes of one thing mean
    one piece of work, so the handler reads the present state. It is idempotent: a delivery can come twice.
    `atomic` runs the handler and the tick that says «done» in one transaction; a handler that talks to another server
    must not hold one open.
    """

    name: str
    kinds: frozenset[str]
    handler: Handler
    coalesce: bool = False
    batch: int = 1
    atomic: bool = True
    most_attempts: int = 8


@dataclass(frozen=True)
class Schedule:
    """Work at intervals, once each however many workers there are.

    `lease` is the longest that it takes: a worker that died in it is replaced when it is over.
    """

    name: str
    every: timedelta
    work: Callable[[], None]
    lease: timedelta = timedelta(minutes=1)


@dataclass
class Registry:
    consumers: dict[str, Consumer] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    listeners: dict[str, Listener] = field(default_factory=dict)

    def listening_to(self, kind: str) -> list[Consumer]:
        return [consumer for consumer in self.consumers.values() if kind in consumer.kinds]


registry = Registry()


def subscribe(
    name: str,
    *,
    kinds: Iterable[str],
    handler: Handler,
    coalesce: bool = False,
    batch: int = 1,
    atomic: bool = True,
) -> None:
    """Register a consumer under its unique name; see `Consumer` for the meaning of each argument."""
    registry.consumers[name] = Consumer(name, frozenset(kinds), handler, coalesce=coalesce, batch=batch, atomic=atomic)


def schedule(name: str, *, every: timedelta, work: Callable[[], None], lease: timedelta = timedelta(minutes=1)) -> None:
    """Register work that some worker does every `every`; see `Schedule`."""
    registry.schedules[name] = Schedule(name, every, work, lease)


def at_commit(name: str, listener: Listener) -> None:
    """Register what this process does right after the commit of an event, before anybody hears of it.

    It is missed where the process ends in between: whoever must not miss it subscribes as well.
    """
    registry.listeners[name] = listener
