import threading
import time
from collections.abc import Callable


class Breaker:
    """Keeps requests from waiting for a part that is away.

    After a failure it stays open 1, 2, 4 … seconds, at most `longest`; then one request at a time may try again.
    """

    def __init__(self, *, longest: float = 15.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.longest = longest
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_at = 0.0

    def may_try(self) -> bool:
        """Say whether to try now; whoever is told yes after a failure tries alone for the time of the next pause."""
        with self._lock:
            if not self._failures:
                return True
            now = self._clock()
            if now < self._closed_at:
                return False
            self._closed_at = now + self._pause()
            return True

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._closed_at = self._clock() + self._pause()

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def _pause(self) -> float:
        return float(min(2.0 ** (self._failures - 1), self.longest))
