"""What several parts of one page ask alike is asked once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


class Shelf(Protocol):
    """Where answers may lie that hold beyond one reading; knows itself when they end."""

    def recall(self, name: str) -> Any: ...

    def remember(self, name: str, answer: Any) -> None: ...


class Reading:
    def __init__(self, shelf: Shelf | None = None) -> None:
        self.known: dict[str, Any] = {}
        self.shelf = shelf

    def answer(self, name: str, ask: Callable[[], Any], *, shelved: bool) -> Any:
        if name not in self.known:
            shelf = self.shelf if shelved else None
            answer = shelf.recall(name) if shelf else None
            if answer is None:
                answer = ask()
                if shelf and answer != []:
                    shelf.remember(name, answer)
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


def once(ask: Callable[P, T]) -> Callable[P, T]:
    """Let a question about what editors made be asked once in a reading; outside of one it is asked each time.

    Other readings may use the answer too, until editors change something. The arguments are words and numbers, the
    answer is never None. An empty list is not put on the shelf: nobody may fill it by asking for what is not there.
    """
    return _once(ask, shelved=True)


def once_a_reading(ask: Callable[P, T]) -> Callable[P, T]:
    """The same for what others change too: the answer ends with the reading."""
    return _once(ask, shelved=False)


def _once(ask: Callable[P, T], *, shelved: bool) -> Callable[P, T]:
    name = f"{ask.__module__}.{ask.__name__}"

    @wraps(ask)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        reading = _reading.get()
        if reading is None:
            return ask(*args, **kwargs)
        asked = name + repr(args) if args else name
        return cast("T", reading.answer(asked, lambda: ask(*args, **kwargs), shelved=shelved))

    return answer
