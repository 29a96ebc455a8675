"""Broadcasting to open pages. It may be lost, since they are swept every few seconds; it never holds a request up."""

import asyncio
import logging
import threading
from collections.abc import Mapping
from typing import Any

from channels.layers import get_channel_layer

from crowd.logs import Outage

log = logging.getLogger(__name__)
outage = Outage(log, "live.mute", "live.speaks")

MOST_WAITING = 1000


class Broadcaster:
    """Sends from any thread through one event loop of this process.

    An ASGI server lends its own loop, since the in-memory layer reaches no other; elsewhere a thread with a loop is
    started at the first message.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting = 0

    def use_loop(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop

    def send(self, group: str, message: Mapping[str, Any]) -> None:
        with self._lock:
            if self._waiting >= MOST_WAITING:
                if not outage.lasts:
                    log.warning("live.dropped", extra={"group": group})
                return
            self._waiting += 1
        asyncio.run_coroutine_threadsafe(self._send(group, message), self._running_loop())

    async def _send(self, group: str, message: Mapping[str, Any]) -> None:
        try:
            layer = get_channel_layer()
            if layer is not None:
                await asyncio.wait_for(layer.group_send(group, {"type": "live", "body": dict(message)}), timeout=2)
                outage.over()
        except Exception as error:  # noqa: BLE001 - whatever the layer raises, the sweep of open pages makes up for it
            outage.noticed(error)
        finally:
            with self._lock:
                self._waiting -= 1

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._loop.is_closed():
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="live", daemon=True).start()
            return self._loop


broadcaster = Broadcaster()


def broadcast(group: str, message: Mapping[str, Any]) -> None:
    """Tell every process that has sockets of `group`; `message` holds ids, each process reads the present state."""
    broadcaster.send(group, message)
