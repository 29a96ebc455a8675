"""One socket, as its hub sees it."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_QUEUED = 64
# Beyond one answer to whoever resumes at the very last moment: 200 of the longest comments.
MOST_QUEUED_CHARACTERS = 4_000_000
# What a line of 64 kbit/s carries in some ten seconds.
FRAME_CHARACTERS = 50_000

GONE = 4404
SESSION_ENDED = 4401
BLOCKED = 4403
TOO_SLOW = 1013


@dataclass(eq=False)
class Reader:
    """One socket. While `held`, it is told nothing new: first comes what it missed, from `seq` on."""

    language: str
    # The key of the session it was opened with, if any: it is closed when that ends.
    session: str = ""
    seq: int = 0
    held: bool = True
    resuming: bool = False
    # The code it is to be closed with.
    closing: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    _queue: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(MOST_QUEUED))
    _characters: int = 0

    def offer(self, text: str) -> None:
        """Queue the frame; whoever does not keep up is closed, comes back and resumes."""
        if self.closing.done():
            return
        if self._queue.full() or (self._characters and self._characters + len(text) > MOST_QUEUED_CHARACTERS):
            self.close(TOO_SLOW)
            return
        self._characters += len(text)
        self._queue.put_nowait(text)

    async def next_frame(self) -> str:
        text = await self._queue.get()
        self._characters -= len(text)
        return text

    def close(self, code: int) -> None:
        if not self.closing.done():
            self.closing.set_result(code)


def frame(texts: Sequence[str]) -> str:
    """Put messages, each already JSON, into one frame."""
    return texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"


def portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Divide what one reader missed into frames, so that a slow line gets on even where it breaks before the last."""
    start = size = 0
    for end, text in enumerate(texts):
        if end > start and size + len(text) > FRAME_CHARACTERS:
            yield texts[start:end]
            start, size = end, 0
        size += len(text)
    if texts:
        yield texts[start:]


def message(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False)
