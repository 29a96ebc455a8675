"""Every few seconds, for all hubs of the process at once: what no nudge told of, and whom to send away.

A nudge may be lost, and nothing nudges when a page is taken down, a person is blocked or signs out; so the process
asks, with the same few queries for one socket and for thousands.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError

from discussions.live import reads
from discussions.live.sessions import Sessions

if TYPE_CHECKING:
    from discussions.live.hub import Hub

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    states: dict[int, reads.ThreadState]
    # The code to close with, by session.
    over: dict[str, int]


class Sweep:
    """Runs for as long as the process has hubs."""

    def __init__(self, hubs: "Callable[[], Sequence[Hub]]") -> None:
        self.sessions = Sessions()
        self._hubs = hubs
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Run in this event loop, unless it does."""
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._run())

    def stop(self) -> None:
        if self._task is not None and not self._task.get_loop().is_closed():
            self._task.cancel()
        self._task = None

    async def _run(self) -> None:
        while True:
            # Spread out, so that processes started together do not all ask in the same moment for ever.
            await asyncio.sleep(settings.LIVE_SWEEP_SECONDS * random.uniform(0.8, 1.0))  # noqa: S311
            try:
                await self._turn()
            except (DatabaseError, InterfaceError) as error:
                reads.database_outage.noticed(error)
            except Exception as error:  # noqa: BLE001 - whatever it is, sockets stay open and the next turn asks again
                log.warning("live.sweep_failed", extra={"error": repr(error)})
            else:
                reads.database_outage.over()

    async def _turn(self) -> None:
        asked_at = asyncio.get_running_loop().time()
        hubs = self._hubs()
        keys = {reader.session for hub in hubs for reader in hub.readers if reader.session}
        found = await self._read([hub.thread_id for hub in hubs], keys)
        for hub in hubs:
            hub.learn(found.states.get(hub.thread_id), asked_at)
            for reader in tuple(hub.readers):
                if code := found.over.get(reader.session):
                    reader.close(code)

    @database_sync_to_async
    def _read(self, thread_ids: Collection[int], keys: Collection[str]) -> Found:
        return Found(reads.thread_states(thread_ids), self.sessions.over(keys))
