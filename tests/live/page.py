"""An open page of a thread, as its script behaves: it listens, comes back after a break and resumes."""

import asyncio
import random

import websockets

from tests.live.talk import hear, resume

GONE_FOR_A_WHILE = (OSError, TimeoutError, websockets.ConnectionClosed, websockets.InvalidHandshake)


class Page:
    def __init__(self, site, thread, *, live):
        self.seq = 0
        # (number, comment) of every change, as the page took it in.
        self.told = []
        self.breaks = 0
        self._site, self._thread, self._live = site, thread, live
        self._moved = asyncio.Condition()

    async def read(self):
        """Read for ever, through every break."""
        pause = 0.2
        while True:
            try:
                async with self._site.socket(f"/ws/threads/{self._thread}/", live=self._live) as socket:
                    await resume(socket, self.seq)
                    while True:
                        for message in await hear(socket):
                            pause = 0.2
                            await self._take_in(message, socket)
            except GONE_FOR_A_WHILE:
                self.breaks += 1
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))
                pause = min(pause * 2, 2.0)

    async def reached(self, seq):
        """Wait until the page knows the change `seq`."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.seq >= seq)

    async def _take_in(self, message, socket):
        if message["type"] == "reload":
            for change in await asyncio.to_thread(self._loaded_anew):
                await self._take_in(change, socket)
            await resume(socket, self.seq)
        elif message["type"] == "beat" and message["seq"] > self.seq:
            await resume(socket, self.seq)
        elif "id" in message and message["seq"] > self.seq:
            self.told.append((message["seq"], message["id"]))
            async with self._moved:
                self.seq = message["seq"]
                self._moved.notify_all()

    def _loaded_anew(self):
        """What the page reads where it was away for more than 200 changes."""
        changes, after = [], self.seq
        while after is not None:
            for process in self._site.http:
                client = self._site.session(http=process)
                try:
                    answer = client.get(
                        f"{client.base}/threads/{self._thread}/comments/?after={after}",
                        headers={"Accept": "application/json"},
                        timeout=30,
                    ).json()
                    break
                except OSError:
                    continue
            else:
                continue
            changes += answer["changes"]
            after = answer["next"]
        return changes
