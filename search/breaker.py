import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime


class Breaker:
    """Keeps requests from waiting for a part that is away.

    After a failure it stays open 1, 2, 4 … seconds, at most `longest`; then one request at a time may try again. Many
    requests that fail at once are one failure.
    """

    def __init__(self, *, longest: float = 15.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.longest = longest
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_at = 0.0
        self._is_tried = False
        # For people to read; the pauses go by a clock that nobody sets.
        self.away_since: datetime | None = None

    def may_try(self) -> bool:
        """Say whether to try now; whoever is told yes after a failure tries alone for the time of the next pause."""
        with self._lock:
            if not self._failures:
                return True
            now = self._clock()
            if now < self._closed_at:
                return False
            self._closed_at = now + self._pause()
            self._is_tried = True
            return True

    def failed(self) -> None:
        with self._lock:
            now = self._clock()
            if self._failures and now < self._closed_at and not self._is_tried:
                return
            self._is_tried = False
            self._failures += 1
            self.away_since = self.away_since or datetime.now(UTC)
            self._closed_at = now + self._pause()

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0
            self._is_tried = False
            self.away_since = None

    def _pause(self) -> float:
        return float(min(2.0 ** (self._failures - 1), self.longest))
