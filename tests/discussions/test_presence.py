"""How many read a thread, in this process and, as they tell, in others."""

from unittest.mock import patch

from channels.layers import get_channel_layer
from django.test import override_settings

from crowd.events.live import broadcast
from discussions.live import presence
from tests.discussions.socket_case import SocketCase


class PresenceTests(SocketCase):
    async def readers_become(self, socket, count, **told):
        """Let other processes tell their numbers at every beat, until one tells this sum."""
        heard = 0
        while heard != count:
            for process, readers in told.items():
                self.tell(process, readers)
            heard = (await self.hear(socket))[-1]["readers"]

    def tell(self, process, readers):
        broadcast(self.thread.live_group, {"type": "readers", "process": process, "n": readers})

    @override_settings(LIVE_BEAT_SECONDS=0.5)
    async def test_counts_those_of_other_processes_until_they_fall_silent(self):
        socket = await self.opened()

        await self.readers_become(socket, 4, other=3)
        await self.readers_become(socket, 10, other=4, third=5)
        await self.readers_become(socket, 5, other=4, third=0)
        # Killed, it says nothing more.
        await self.readers_become(socket, 1)
        await socket.disconnect()

    @override_settings(LIVE_BEAT_SECONDS=0.2)
    async def test_counts_neither_itself_twice_nor_what_makes_no_sense(self):
        socket = await self.opened()

        for process, readers in ((presence.PROCESS, 7), ("other", -1), ("other", "many"), (None, 3)):
            self.tell(process, readers)
        beats = [await self.hear(socket) for _ in range(3)]

        assert [beat["readers"] for [beat] in beats] == [1, 1, 1]
        await socket.disconnect()

    # Long enough for five readers to come on a machine that is busy with all else.
    @patch.object(presence, "TOLD_EVERY", 3.0)
    async def test_tells_its_number_to_others_once_for_many_and_when_all_have_left(self):
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(self.thread.live_group, channel)

        sockets = [await self.opened() for _ in range(5)]
        told = []
        while not told or told[-1] != 5:
            told.append((await layer.receive(channel))["body"]["n"])
        for socket in sockets:
            await socket.disconnect()
        while told[-1] != 0:
            told.append((await layer.receive(channel))["body"]["n"])

        assert len(told) <= 4
        await layer.group_discard(self.thread.live_group, channel)

    async def test_answers_whom_it_did_not_know(self):
        layer = get_channel_layer()
        channel = await layer.new_channel()
        socket = await self.opened()
        await layer.group_add(self.thread.live_group, channel)

        self.tell("new", 1)
        heard = []
        while len(heard) < 2 or heard[-1]["process"] != presence.PROCESS:
            heard.append((await layer.receive(channel))["body"])

        assert heard[-1] == {"type": "readers", "process": presence.PROCESS, "n": 1}
        await socket.disconnect()
        await layer.group_discard(self.thread.live_group, channel)
