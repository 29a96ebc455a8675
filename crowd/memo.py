"""What several parts of one page ask alike is asked once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

T = TypeVar("T")
_known: ContextVar[dict[Any, Any] | None] = ContextVar("known", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Within it the answers of functions marked `once` hold: for requests that only read."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(ask: Callable[[], T]) -> Callable[[], T]:
    """Let the function be asked once in a reading; outside of one it is asked each time."""

    @wraps(ask)
    def answer() -> T:
        known = _known.get()
        if known is None:
            return ask()
        if ask not in known:
            known[ask] = ask()
        return cast("T", known[ask])

    return answer
