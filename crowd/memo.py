"""What several parts of one page ask alike is asked once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

T = TypeVar("T")


class Shelf(Protocol):
    """Where answers may lie that hold beyond one reading; knows itself when they end."""

    def recall(self, name: str) -> Any: ...

    def remember(self, name: str, answer: Any) -> None: ...


class Reading:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.known: dict[str, Any] = {}
        self.shelf = shelf

    def answer(self, name: str, ask: Callable[[], Any]) -> Any:
        if name not in self.known:
            answer = self.shelf.recall(name) if self.shelf else None
            if answer is None:
                answer = ask()
                if self.shelf:
                    self.shelf.remember(name, answer)
            self.known[name] = answer
        return self.known[name]


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def one_reading(shelf: Shelf | None = None) -> Iterator[None]:
    """Within it the answers of functions marked `once` hold: for requests that only read."""
    token = _reading.set(Reading(shelf))
    try:
        yield
    finally:
        _reading.reset(token)


def once(ask: Callable[[], T]) -> Callable[[], T]:
    """Let a question about what editors made be asked once in a reading; outside of one it is asked each time.

    The answer is never None.
    """
    name = f"{ask.__module__}.{ask.__name__}"

    @wraps(ask)
    def answer() -> T:
        reading = _reading.get()
        return cast("T", reading.answer(name, ask)) if reading else ask()

    return answer
