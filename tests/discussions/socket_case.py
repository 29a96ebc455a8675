"""Sockets of one thread, in this process, inside of the test's transaction."""

import asyncio
import json
from unittest.mock import patch

from channels.db import database_sync_to_async
from django.test import TestCase, override_settings

from crowd.events.live import broadcaster
from discussions.routing import websockets
from tests.discussions.socket_client import SocketClient
from tests.factories import pages
from tests.factories.comments import comment, thread
from tests.factories.people import person

ORIGIN = "http://127.0.0.1:8000"


@override_settings(SITE_URL=ORIGIN, LIVE_BEAT_SECONDS=60, LIVE_SWEEP_SECONDS=60)
class SocketCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.page = pages.discussion()
        cls.thread = thread(cls.page)
        cls.author = person()

    def setUp(self):
        # Between two pieces of work Channels closes connections, the test's own with its transaction too.
        self.enterContext(patch("channels.db.close_old_connections"))

    async def opened(self, query="", thread_id=None, **headers):
        """An open socket, greeted."""
        broadcaster.use_loop(asyncio.get_running_loop())
        socket = self.socket(query, thread_id, **headers)
        assert await socket.connect()
        self.hello, self.standing = await self.hear(socket)
        return socket

    def socket(self, query="", thread_id=None, origin=ORIGIN, **headers):
        sent = [(b"origin", origin.encode())] if origin is not None else []
        sent += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return SocketClient(websockets, f"/ws/threads/{thread_id or self.thread.pk}/{query}", sent)

    async def hear(self, socket):
        said = json.loads(await socket.receive())
        return said if isinstance(said, list) else [said]

    async def comments_until(self, socket, seq):
        heard = []
        while not heard or heard[-1][1] < seq:
            heard += [(m["type"], m["seq"]) for m in await self.hear(socket)]
        return heard

    async def resume(self, socket, after):
        await socket.send(json.dumps({"type": "resume", "after": after}))

    async def committed(self, work, **arguments):
        """Do the work where the test's transaction is, and what follows its commit."""

        def run():
            with self.captureOnCommitCallbacks(execute=True):
                return work(**arguments)

        return await database_sync_to_async(run)()

    async def post(self, **fields):
        return await self.committed(comment, in_thread=self.thread, author=self.author, **fields)
