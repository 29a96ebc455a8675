"""Sampling of what lists have shown, in memory, and written in batches: the draw of the order `fair` goes by it.

Of so many pages one is counted, that many times over. What a process holds when it ends is lost: it is a sample.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from random import Random

from django.conf import settings
from django.db import DatabaseError

from ideas import actions

log = logging.getLogger(__name__)

# Written when the oldest is so old, or when there are so many.
SECONDS, MOST_IDEAS = 20.0, 1000


class Sample:
    """What this process has noted and not yet written."""

    def __init__(self, random: Random | None = None) -> None:
        self._lock = threading.Lock()
        self._random = random or Random()  # noqa: S311 - nobody gains by guessing it
        self._times: Counter[int] = Counter()
        self._since = 0.0

    def see(self, idea_ids: Sequence[int]) -> None:
        """Note that a reader was shown these ideas; now and then write what has been noted."""
        every: int = settings.EXPOSURE_EVERY
        if not every or self._random.randrange(every):
            return
        with self._lock:
            self._since = self._since or time.monotonic()
            self._times.update(dict.fromkeys(idea_ids, every))
            if time.monotonic() - self._since < SECONDS and len(self._times) < MOST_IDEAS:
                return
            times, self._times, self._since = self._times, Counter(), 0.0
        try:
            actions.note_exposure(times=times)
        except DatabaseError:
            # Nobody's page waits for a database that does not answer, nor fails with it.
            log.warning("exposure.lost", exc_info=True)


sample = Sample()
