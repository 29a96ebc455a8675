"""The socket of a thread, in this process; with real servers in tests/live."""

import asyncio

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.test import override_settings

from crowd.events.live import broadcast
from discussions import hosts
from discussions.actions import hide_comment, lock_thread, react_to_comment, unlock_thread
from discussions.live import readers
from discussions.live.switchboard import switchboard
from tests.discussions.socket_case import ORIGIN, SocketCase
from tests.factories.comments import comments, thread
from tests.factories.people import person, with_role


class ThreadSocketTests(SocketCase):
    async def test_greets_with_number_and_readers(self):
        await self.post()
        first = await self.opened()
        second = await self.opened()

        assert self.hello == {"type": "hello", "seq": 1, "readers": 2}
        await first.disconnect()
        await second.disconnect()

    async def test_passes_on_what_is_posted_and_hidden(self):
        socket = await self.opened()
        await self.resume(socket, 0)

        made = await self.post(body="Нужна площадка")
        [posted] = await self.hear(socket)
        await self.committed(hide_comment, comment_id=made.pk, actor_id=None)
        [hidden] = await self.hear(socket)

        assert (posted["type"], posted["seq"], posted["id"]) == ("comment.posted", 1, made.pk)
        assert "Нужна площадка" in posted["html"]
        assert hidden == {"type": "comment.hidden", "seq": 2, "id": made.pk, "html": ""}
        await socket.disconnect()

    async def test_says_nothing_of_what_waits(self):
        await sync_to_async(self._premoderate)()
        socket = await self.opened()
        await self.resume(socket, 0)

        await self.post()

        assert await socket.receive_nothing(0.3)
        await socket.disconnect()

    def _premoderate(self):
        self.page.comments_premoderation = "everybody"
        self.page.save()

    async def test_resumes_before_it_hears_what_is_new(self):
        for _ in range(3):
            await self.post()
        socket = await self.opened()
        # Posted before the socket has said from where it resumes.
        await self.post()
        await self.resume(socket, 1)
        await self.post()

        assert await self.comments_until(socket, 5) == [("comment.posted", seq) for seq in (2, 3, 4, 5)]
        await socket.disconnect()

    async def test_is_told_no_comment_before_what_it_missed_however_slow_its_line(self):
        await self.post()
        socket = await self.opened()

        await self.post()
        early = await socket.receive_nothing(1.5)
        await self.resume(socket, 0)

        assert early
        assert await self.comments_until(socket, 2) == [("comment.posted", 1), ("comment.posted", 2)]
        await socket.disconnect()

    @override_settings(LIVE_BEAT_SECONDS=0.2)
    async def test_beats_tell_who_has_not_resumed_where_the_thread_stands(self):
        socket = await self.opened()

        await self.post()
        while (beat := await self.hear(socket)) != [{"type": "beat", "seq": 1, "readers": 1}]:
            assert beat == [{"type": "beat", "seq": 0, "readers": 1}]
        await socket.disconnect()

    async def test_two_hundred_missed_are_told_and_one_more_is_not(self):
        await database_sync_to_async(comments)(self.thread, 201, self.author)
        socket = await self.opened()

        await self.resume(socket, 1)
        told = await self.comments_until(socket, 201)
        await self.resume(socket, 0)
        too_many = await self.hear(socket)
        await self.post()

        assert [seq for _, seq in told] == list(range(2, 202))
        assert too_many == [{"type": "reload"}]
        assert await self.comments_until(socket, 202) == [("comment.posted", 202)]
        await socket.disconnect()

    async def test_number_from_the_future_means_reload(self):
        socket = await self.opened()

        await self.resume(socket, 10**18)

        assert await self.hear(socket) == [{"type": "reload"}]
        await socket.disconnect()

    async def test_resumes_with_the_present_state_only(self):
        made = await self.post(body="Плохое слово")
        await self.post()
        await database_sync_to_async(hide_comment)(comment_id=made.pk, actor_id=None)
        socket = await self.opened()

        await self.resume(socket, 0)

        assert await self.comments_until(socket, 3) == [("comment.posted", 2), ("comment.hidden", 3)]
        await socket.disconnect()

    @override_settings(LIVE_BEAT_SECONDS=0.2)
    async def test_heartbeat_tells_number_and_readers(self):
        await self.post()
        socket = await self.opened()
        await self.resume(socket, 1)

        assert await self.hear(socket) == [{"type": "beat", "seq": 1, "readers": 1}]
        await socket.disconnect()

    async def test_change_of_the_host_is_looked_at_at_once(self):
        socket = await self.opened()

        await sync_to_async(self.page.unpublish)()
        broadcast(self.thread.live_group, {"type": "idea.hidden"})

        assert await socket.code_of_closing() == readers.GONE

    async def test_hidden_or_unknown_thread_is_refused_alike(self):
        hidden = await sync_to_async(thread)()
        await sync_to_async(hidden.block.unpublish)()

        refusals = [await self.socket(thread_id=pk).connect() for pk in (hidden.pk, 999_999_999)]

        assert refusals == [False, False]

    async def test_foreign_origins_are_refused(self):
        for origin in (
            None,
            "null",
            "",
            "https://127.0.0.1:8000",
            "http://127.0.0.1:8001",
            "http://127.0.0.1",
            "http://sister.127.0.0.1:8000",
            "http://127.0.0.1:8000.evil.ru",
            "http://x@127.0.0.1:8000",
            "http://127.0.0.1:8000/x",
            "http://[",
            "file://",
        ):
            assert not await self.socket(origin=origin).connect(), origin

    @override_settings(SOCKETS_FROM_OWN_HOST=True, ALLOWED_HOSTS=["localhost"])
    async def test_embedded_takes_the_address_it_was_asked_at(self):
        asked = [("http://localhost:9", "localhost:9"), (ORIGIN, "localhost:9"), ("http://evil.ru", "evil.ru")]

        answers = [await self.socket(origin=origin, host=host).connect() for origin, host in asked]

        assert answers == [True, False, False]

    async def test_malformed_frames_close_the_socket(self):
        frames = [
            "",
            "x",
            "[]",
            "{}",
            '{"type": "resume"}',
            '{"type": "resume", "after": -1}',
            "[" * 4000,
            '{"type": "resume", "after": true}',
            '{"type": "post", "after": 1}',
            b"\x00",
            "я" * 2049,
        ]
        codes = []
        for frame in frames:
            socket = await self.opened()
            await socket.send(frame)
            codes.append(await socket.code_of_closing())

        assert codes == [1008] * 10 + [1009]

    async def test_who_asks_without_end_is_closed(self):
        socket = await self.opened()

        for _ in range(21):
            await self.resume(socket, 0)

        assert await socket.code_of_closing() == 1008

    async def test_language_is_the_one_asked_for(self):
        await self.post(stance="for")
        asked = [
            ("", {}),
            ("?lang=en", {}),
            ("?lang=xx", {}),
            ("", {"cookie": "django_language=en"}),
            ("", {"accept_language": "en-GB,en;q=0.9"}),
            ("?lang=ru", {"cookie": "django_language=en"}),
        ]
        addresses = []
        for query, headers in asked:
            socket = await self.opened(query, **headers)
            await self.resume(socket, 0)
            [said] = await self.hear(socket)
            addresses.append("/en/threads/" in said["html"])
            await socket.disconnect()

        assert addresses == [False, True, False, True, True, False]

    async def test_votes_are_told_at_most_once_a_second(self):
        counts = iter(range(1, 100))
        kind = hosts.registry.kinds["discussion"]
        counted = hosts.HostKind(
            "discussion",
            kind.find,
            kind.commentable,
            lambda pk: {"type": "votes", "idea": pk, "up": next(counts), "down": None},
        )
        hosts.registry.register(counted)
        self.addCleanup(hosts.registry.register, kind)
        socket = await self.opened()

        for _ in range(20):
            broadcast(self.thread.live_group, {"type": "vote.cast"})
        first = await self.hear(socket)
        for _ in range(20):
            broadcast(self.thread.live_group, {"type": "vote.cast"})
        second = await self.hear(socket)

        assert [one["up"] for one in first + second] == [1, 2]
        assert await socket.receive_nothing(1.5)
        await socket.disconnect()

    async def test_reactions_are_told_together_and_only_of_public_comments(self):
        first, second, hidden = [await self.post() for _ in range(3)]
        await self.committed(hide_comment, comment_id=hidden.pk, actor_id=None)
        residents = await database_sync_to_async(lambda: [person() for _ in range(3)])()
        socket = await self.opened()

        broadcast(self.thread.live_group, {"type": "reaction.changed", "comment": hidden.pk})
        for resident, value in zip(residents, (1, 1, -1), strict=True):
            await self.committed(react_to_comment, person=resident, comment_id=first.pk, value=value)
        await self.committed(react_to_comment, person=residents[0], comment_id=second.pk, value=1)

        counts = {}
        while counts != {first.pk: (2, 1), second.pk: (1, 0)}:
            [told] = await self.hear(socket)
            assert told["type"] == "reactions"
            counts |= {pk: (up, down) for pk, up, down in told["counts"]}
        assert await socket.receive_nothing(1.5)
        await socket.disconnect()

    async def test_reactions_come_at_most_once_a_second(self):
        made = await self.post()
        socket = await self.opened()
        told_at = []

        for value in (1, -1):
            for _ in range(20):
                broadcast(self.thread.live_group, {"type": "reaction.changed", "comment": made.pk})
            [told] = await self.hear(socket)
            told_at.append(asyncio.get_running_loop().time())
            assert told == {"type": "reactions", "counts": [[made.pk, 0, 0]]}, value

        assert told_at[1] - told_at[0] > 0.9
        assert await socket.receive_nothing(1.5)
        await socket.disconnect()

    async def test_greets_with_how_the_thread_stands_and_tells_when_that_changes(self):
        socket = await self.opened()
        greeted = [self.standing]
        moderator = await sync_to_async(with_role)("moderator")

        await self.committed(lock_thread, actor=moderator, thread_id=self.thread.pk, note="Спор о личном")
        told = await self.hear(socket)
        late = await self.opened()
        greeted.append(self.standing)
        await self.committed(unlock_thread, actor=moderator, thread_id=self.thread.pk)

        locked, unlocked = (
            {"type": "thread", "state": "locked", "note": "Спор о личном"},
            {"type": "thread", "state": "open"},
        )
        assert greeted == [unlocked, locked]
        assert told == [locked]
        assert await self.hear(socket) == [unlocked]
        assert await self.hear(late) == [unlocked]
        await socket.disconnect()
        await late.disconnect()

    async def test_reader_that_does_not_keep_up_is_closed(self):
        reader = readers.Reader("ru")

        for number in range(readers.MOST_QUEUED + 1):
            reader.offer(str(number))

        assert reader.closing.result() == readers.TOO_SLOW
        assert reader._queue.qsize() == readers.MOST_QUEUED

    async def test_what_was_missed_comes_in_frames_of_bounded_size(self):
        sizes = [30_000, 20_000, 1, 60_000, 10, 10]

        divided = list(readers.portions(["x" * size for size in sizes]))

        assert [[len(text) for text in portion] for portion in divided] == [[30_000, 20_000], [1], [60_000], [10, 10]]
        assert list(readers.portions([])) == []

    async def test_little_is_kept_for_a_reader_that_does_not_read(self):
        reader = readers.Reader("ru")
        answer = "x" * 2_500_000

        kept = []
        while not reader.closing.done():
            reader.offer(answer)
            kept.append(reader._queue.qsize())

        assert kept == [1, 1]
        assert reader.closing.result() == readers.TOO_SLOW

    async def test_hub_ends_with_its_last_reader(self):
        first, second = await self.opened(), await self.opened()
        hubs = switchboard._hubs

        await first.disconnect()
        during = self.thread.pk in hubs
        await second.disconnect()

        assert during
        assert self.thread.pk not in hubs
