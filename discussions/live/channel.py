"""How a hub hears of nudges and speaks to the hubs of other processes: by the channel layer, which may be away."""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from channels.layers import get_channel_layer

from crowd.events.live import outage as sending_outage
from crowd.logs import live_outage

PATIENCE = 2.0
LONGEST_PAUSE = 15.0

Hear = Callable[[Mapping[str, Any]], None]


class Listener:
    """Hears what is broadcast to a group for as long as `listen` runs; says so itself where it may have missed some."""

    def __init__(self, group: str, hear: Hear, missed: Callable[[], None]) -> None:
        self.group = group
        self.joined = asyncio.Event()
        self._hear, self._missed = hear, missed
        self._channel = ""

    async def listen(self) -> None:
        pause = 1.0
        while True:
            layer = get_channel_layer()
            try:
                self._channel = await layer.new_channel()
                await layer.group_add(self.group, self._channel)
                pause = 1.0
                self.joined.set()
                self._missed()
                while True:
                    message = await layer.receive(self._channel)
                    live_outage.over()
                    self._hear(message.get("body") or {})
            except asyncio.CancelledError:
                await self._drop()
                raise
            except Exception as error:  # noqa: BLE001 - whatever the layer raises, the sweep goes on meanwhile
                live_outage.noticed(error)
                await self._drop()
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
                pause = min(pause * 2, LONGEST_PAUSE)

    async def renew(self) -> None:
        """Stay a member: layers forget a membership after a day."""
        if not self._channel:
            return
        try:
            await asyncio.wait_for(get_channel_layer().group_add(self.group, self._channel), PATIENCE)
        except Exception as error:  # noqa: BLE001 - as above
            live_outage.noticed(error)

    async def tell(self, body: Mapping[str, Any]) -> None:
        """Speak to the group, where that is possible now; nobody may depend on it."""
        try:
            async with asyncio.timeout(PATIENCE):
                await get_channel_layer().group_send(self.group, {"type": "live", "body": dict(body)})
                sending_outage.over()
        except Exception as error:  # noqa: BLE001 - as above
            sending_outage.noticed(error)

    async def _drop(self) -> None:
        channel, self._channel = self._channel, ""
        if channel:
            with suppress(Exception):
                await asyncio.wait_for(get_channel_layer().group_discard(self.group, channel), PATIENCE)
