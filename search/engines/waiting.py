"""Waiting no longer than one said, whatever it is that takes so long."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from elastic_transport import ConnectionTimeout, Urllib3HttpNode

from search.engines.base import EngineAway

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what the work returns; raise `EngineAway` where that takes longer.

    A time-out of the client bounds each step (and the search for the server's name not at all), a thread that nobody
    waits for any more bounds them together. It ends by the client's time-out.
    """
    outcome: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def run() -> None:
        try:
            outcome.put((work(), None))
        except Exception as error:  # noqa: BLE001 - raised below, where somebody waits for it
            outcome.put((None, error))

    threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
    try:
        result, error = outcome.get(timeout=seconds)
    except Empty:
        msg = f"No answer within {seconds:.2f} s."
        raise EngineAway(msg) from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # there is no error, so there is a result


class BoundedNode(Urllib3HttpNode):
    """A server to which a time-out is for the request as a whole: one whose answer comes in drops holds nobody up.

    Whoever asks for less than `LONG` has a bound of one's own around it, and is spared a second thread.
    """

    LONG = 1.0

    def perform_request(self, *args: Any, **kwargs: Any) -> Any:
        seconds = kwargs.get("request_timeout")
        ask = partial(super().perform_request, *args, **kwargs)
        if not isinstance(seconds, int | float) or seconds < self.LONG:
            return ask()
        try:
            return within(seconds, ask)
        except EngineAway as error:
            raise ConnectionTimeout(str(error)) from error
