"""How many read a thread, in all processes: each tells the others its own number, and forgets who falls silent."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings

KIND = "readers"
# Changes are told at most this often: a restart brings all readers one after the other.
TOLD_EVERY = 1.0
# Two beats may be lost.
FORGOTTEN_AFTER_BEATS = 2.5

# The name of this process among the others.
PROCESS = uuid.uuid4().hex


class Presence:
    """The numbers of one thread. Without the channel layer each process counts its own readers only."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._others: dict[str, tuple[int, float]] = {}
        self._told_at = 0.0
        self.due_at = float("inf")

    def changed(self) -> None:
        """Tell the others soon, once for all that changes until then."""
        self.due_at = min(self.due_at, max(self._loop.time(), self._told_at + TOLD_EVERY))

    def heard(self, body: Mapping[str, Any]) -> None:
        process, readers = body.get("process"), body.get("n")
        if process == PROCESS or not isinstance(process, str) or not isinstance(readers, int) or readers < 0:
            return
        if process not in self._others:
            # Somebody new: it does not know of us yet.
            self.changed()
        self._others[process] = (readers, self._loop.time())

    def elsewhere(self) -> int:
        """Return how many read in the other processes."""
        oldest = self._loop.time() - settings.LIVE_BEAT_SECONDS * FORGOTTEN_AFTER_BEATS
        self._others = {process: said for process, said in self._others.items() if said[1] > oldest}
        return sum(readers for readers, _heard_at in self._others.values())

    def say(self, readers: int) -> dict[str, Any]:
        """Return what to tell the others now."""
        self._told_at, self.due_at = self._loop.time(), float("inf")
        return {"type": KIND, "process": PROCESS, "n": readers}
