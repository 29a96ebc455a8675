"""Sampling of what lists have shown, in memory, and written in batches: the draw of the order `fair` goes by it.

Of so many pages one is counted, that many times over. What a process holds when it ends is lost: it is a sample.
"""

from collections.abc import Mapping, Sequence
from random import Random

from django.conf import settings

from crowd.batches import Batch
from ideas import actions

# Written when the oldest is so old, or when there are so many.
SECONDS, MOST_IDEAS = 20.0, 1000


def _write(times: Mapping[int, int]) -> None:
    actions.note_exposure(times=times)


class Sample:
    """What this process has noted and not yet written."""

    def __init__(self, random: Random | None = None) -> None:
        self._random = random or Random()  # noqa: S311 - nobody gains by guessing it
        self._batch = Batch("exposure", _write)

    def see(self, idea_ids: Sequence[int]) -> None:
        """Note that a reader was shown these ideas; now and then write what has been noted."""
        every: int = settings.EXPOSURE_EVERY
        if not every or self._random.randrange(every):
            return
        self._batch.add(dict.fromkeys(idea_ids, every))
        self._batch.write_when(seconds=SECONDS, most=MOST_IDEAS)


sample = Sample()
