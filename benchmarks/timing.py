"""Timing two sides in turn, so that a machine that slows down slows both."""

import time
from collections.abc import Callable
from statistics import median
from typing import TypedDict


class Row(TypedDict):
    what: str
    ours_ms: float
    beside_ms: float
    ratio: float


def compare(what: str, ours: Callable[[], object], beside: Callable[[], object], *, times: int) -> Row:
    """Return the medians of both sides in milliseconds and the ratio ours to beside."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for side, work in zip(taken, (ours, beside), strict=True):
            start = time.perf_counter()
            work()
            side.append((time.perf_counter() - start) * 1000)
    first, second = median(taken[0]), median(taken[1])
    return Row(what=what, ours_ms=first, beside_ms=second, ratio=first / second)
