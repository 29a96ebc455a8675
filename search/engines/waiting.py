"""Waiting no longer than one said, whatever it is that takes so long."""

import os
import threading
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from elastic_transport import ConnectionTimeout, Urllib3HttpNode

from search.engines.base import EngineAway

T = TypeVar("T")

# As many as a process asks at once; threads that a slow server held up end when they are done.
MOST_IDLE = 64


class Worker(threading.Thread):
    """A thread that does one piece of work after the other: to start one for each would cost more than most take.

    A daemon, since nobody waits at the end of the process for what nobody waited for before.
    """

    idle: deque["Worker"] = deque()

    def __init__(self) -> None:
        super().__init__(name="bounded", daemon=True)
        self._given: SimpleQueue[Callable[[], None]] = SimpleQueue()

    @classmethod
    def give(cls, work: Callable[[], None]) -> None:
        """Let a worker that has nothing to do take the work, a new one where all are at work."""
        try:
            worker = cls.idle.pop()
        except IndexError:
            worker = cls()
            worker.start()
        worker._given.put(work)

    def run(self) -> None:
        while True:
            self._given.get()()
            if len(self.idle) >= MOST_IDLE:
                return
            self.idle.append(self)


# What was forked off has the list, and none of the threads.
os.register_at_fork(after_in_child=Worker.idle.clear)


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what the work returns; raise `EngineAway` where that takes longer.

    A time-out of the client bounds each step (and the search for the server's name not at all), a thread that nobody
    waits for any more bounds them together. It ends by the client's time-out.
    """
    outcome: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()
    context = copy_context()

    def run() -> None:
        try:
            outcome.put((context.run(work), None))
        except Exception as error:  # noqa: BLE001 - raised below, where somebody waits for it
            outcome.put((None, error))

    Worker.give(run)
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
