"""Counting in memory what pages see, and writing it in batches: no reader waits for the database, nor fails with it."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

from django.db import Error

log = logging.getLogger(__name__)

T = TypeVar("T", bound=Hashable)


class Batch(Generic[T]):
    """What this process has counted and not yet written.

    What it holds when the process ends, or when the database does not answer, is lost: it is for samples and
    statistics. Whoever adds to it sees to it that `write_when` is called soon, which is what bounds it.
    """

    def __init__(self, name: str, write: Callable[[Mapping[T, int]], None]) -> None:
        self._name, self._write = name, write
        self._lock = threading.Lock()
        self._counts: Counter[T] = Counter()
        self._since = 0.0

    def add(self, counts: Mapping[T, int]) -> None:
        with self._lock:
            self._since = self._since or time.monotonic()
            self._counts.update(counts)

    def write_when(self, *, seconds: float, most: int) -> None:
        """Write where the oldest is so old, or where so many different things have been counted."""
        # Asked at the end of every request, so that a look without the lock comes first.
        if not self._since:
            return
        with self._lock:
            if not self._counts or (time.monotonic() - self._since < seconds and len(self._counts) < most):
                return
            counts, self._counts, self._since = self._counts, Counter(), 0.0
        try:
            self._write(counts)
        except Error:
            log.warning("%s.lost", self._name, exc_info=True)
