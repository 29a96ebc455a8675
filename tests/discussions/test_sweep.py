"""What no nudge tells of: a process asks for all its sockets at once, every few seconds."""

import asyncio
import logging
from datetime import timedelta

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client, override_settings
from django.utils import timezone
from wagtail.models import PageViewRestriction

from discussions import hosts
from discussions.live.readers import BLOCKED, GONE, SESSION_ENDED
from discussions.live.switchboard import switchboard
from tests.discussions.socket_case import SocketCase
from tests.factories.comments import comment, comments, thread
from tests.factories.people import person
from tests.factories.sanctions import sanction

RETURNING = 300


@override_settings(LIVE_SWEEP_SECONDS=0.1)
class SweepTests(SocketCase):
    async def signed_in(self, who):
        """A browser of this person, and the socket of its page."""
        browser = Client()
        await sync_to_async(browser.force_login)(who)
        return browser, await self.opened(cookie=cookie(browser))

    async def changed(self, rows, **fields):
        await database_sync_to_async(rows.update)(**fields)

    async def test_brings_what_no_broadcast_told(self):
        socket = await self.opened()
        await self.resume(socket, 0)

        # Without what follows a commit, so without a nudge.
        await database_sync_to_async(comment)(self.thread, author=self.author)

        assert await self.comments_until(socket, 1) == [("comment.posted", 1)]
        await socket.disconnect()

    async def test_taking_the_page_down_closes_its_sockets(self):
        socket = await self.opened()

        await sync_to_async(self.page.unpublish)()

        assert await socket.code_of_closing() == GONE

    async def test_making_the_page_private_closes_its_sockets(self):
        socket = await self.opened()

        await PageViewRestriction.objects.acreate(page=self.page, restriction_type=PageViewRestriction.LOGIN)

        assert await socket.code_of_closing() == GONE

    async def test_taking_the_campaign_down_closes_sockets_of_its_threads(self):
        socket = await self.opened()

        await sync_to_async(self.page.get_parent().specific.unpublish)()

        assert await socket.code_of_closing() == GONE

    async def test_deleting_the_page_closes_its_sockets(self):
        socket = await self.opened()

        await sync_to_async(self.page.delete)()

        assert await socket.code_of_closing() == GONE

    async def test_signing_out_closes_the_sockets_of_that_session_only(self):
        who = await sync_to_async(person)()
        browser, socket = await self.signed_in(who)
        _other, elsewhere = await self.signed_in(who)
        nobody = await self.opened()

        await sync_to_async(browser.logout)()

        assert await socket.code_of_closing() == SESSION_ENDED
        assert await elsewhere.receive_nothing(0.5)
        assert await nobody.receive_nothing(0.1)
        await elsewhere.disconnect()
        await nobody.disconnect()

    async def test_cookie_of_a_session_that_ended_closes_once(self):
        browser, socket = await self.signed_in(await sync_to_async(person)())
        stale = cookie(browser)
        await sync_to_async(browser.logout)()
        assert await socket.code_of_closing() == SESSION_ENDED

        again = await self.opened(cookie=stale)

        assert await again.receive_nothing(0.5)
        await again.disconnect()

    async def test_expired_session_closes_its_sockets(self):
        browser, socket = await self.signed_in(await sync_to_async(person)())

        sessions = Session.objects.filter(pk=browser.cookies[settings.SESSION_COOKIE_NAME].value)
        await self.changed(sessions, expire_date=timezone.now() - timedelta(seconds=1))

        assert await socket.code_of_closing() == SESSION_ENDED

    async def test_new_password_closes_the_sockets_of_all_former_sessions(self):
        who = await sync_to_async(person)()
        _browser, socket = await self.signed_in(who)

        who.set_password("another horse battery")
        await who.asave()

        assert await socket.code_of_closing() == SESSION_ENDED

    async def test_block_closes_the_sockets_of_that_person_only(self):
        who, other = await sync_to_async(person)(), await sync_to_async(person)()
        _browser, socket = await self.signed_in(who)
        _other, elsewhere = await self.signed_in(other)

        await self.changed(type(who).objects.filter(pk=who.pk), is_active=False)

        assert await socket.code_of_closing() == BLOCKED
        assert await elsewhere.receive_nothing(0.5)
        await elsewhere.disconnect()

    async def test_sanction_on_the_whole_site_closes_the_sockets_of_that_person_only(self):
        who, other = await sync_to_async(person)(), await sync_to_async(person)()
        _browser, socket = await self.signed_in(who)
        _other, elsewhere = await self.signed_in(other)

        await database_sync_to_async(sanction)(who, "block")

        assert await socket.code_of_closing() == BLOCKED
        assert await elsewhere.receive_nothing(0.5)
        await elsewhere.disconnect()

    async def test_whoever_is_blocked_and_comes_back_is_sent_away_again(self):
        who = await sync_to_async(person)()
        await database_sync_to_async(sanction)(who, "block")

        _browser, socket = await self.signed_in(who)

        assert await socket.code_of_closing() == BLOCKED

    async def test_sanction_that_is_milder_or_over_or_of_one_campaign_closes_none(self):
        who = await sync_to_async(person)()
        campaign = await database_sync_to_async(self.page.get_parent)()
        await database_sync_to_async(sanction)(who, "silence")
        await database_sync_to_async(sanction)(who, "block", campaign)
        await database_sync_to_async(sanction)(who, "block", starts=-2, ends=-1)
        await database_sync_to_async(sanction)(who, "block", lifted=True)

        _browser, socket = await self.signed_in(who)

        assert await socket.receive_nothing(0.5)
        await socket.disconnect()

    async def test_what_is_no_session_key_is_not_asked_for(self):
        for value in ("", "x" * 4000, "'; --", "ю"):
            socket = await self.opened(cookie=f"{settings.SESSION_COOKIE_NAME}={value}")
            [hub] = switchboard.hubs()
            assert [reader.session for reader in hub.readers] == [""]
            await socket.disconnect()

    @override_settings(LIVE_SWEEP_SECONDS=60)
    async def test_asks_as_often_for_many_as_for_one(self):
        people = await database_sync_to_async(lambda: [person() for _ in range(10)])()
        threads = await database_sync_to_async(lambda: [thread() for _ in range(10)])()

        first, other = [], []
        for who, one in zip(people, threads, strict=True):
            browser = Client()
            await sync_to_async(browser.force_login)(who)
            first.append(await self.opened(thread_id=one.pk, cookie=cookie(browser)))
            if len(first) == 1:
                alone = await self.queries_of_a_sweep()
        other = [await self.opened(thread_id=one.pk) for one in threads for _ in range(2)]
        many = await self.queries_of_a_sweep()

        assert many == alone
        assert alone <= 8
        for socket in first + other:
            await socket.disconnect()

    @override_settings(LIVE_SWEEP_SECONDS=60)
    async def test_three_hundred_who_come_back_at_once_are_read_for_once(self):
        await database_sync_to_async(comments)(self.thread, 5, self.author)
        sockets = [self.socket() for _ in range(RETURNING)]

        await database_sync_to_async(count_statements)(on=True)
        accepted = await asyncio.gather(*(socket.connect() for socket in sockets))
        heard = await asyncio.gather(*(self.missed(socket) for socket in sockets))
        statements = await database_sync_to_async(count_statements)(on=False)

        assert accepted == [True] * RETURNING
        assert heard == [[("comment.posted", seq) for seq in (3, 4, 5)]] * RETURNING
        assert statements < RETURNING / 10
        for socket in sockets:
            await socket.disconnect()

    async def missed(self, socket):
        await self.hear(socket)
        await self.resume(socket, 2)
        return await self.comments_until(socket, 5)

    async def queries_of_a_sweep(self):
        """How many statements the second of two sweeps sends: the first one reads whose the sessions are."""
        await switchboard._sweep._turn()
        await database_sync_to_async(count_statements)(on=True)
        await switchboard._sweep._turn()
        return await database_sync_to_async(count_statements)(on=False)

    async def test_goes_on_after_an_outage_of_the_database_and_says_so_once(self):
        kind = hosts.registry.kinds["discussion"]
        failures = asyncio.Semaphore(0)

        def away(ids):
            failures.release()
            raise OperationalError("server closed the connection unexpectedly")

        socket = await self.opened()
        self.addCleanup(hosts.registry.register, kind)
        with self.assertLogs("discussions.live", logging.INFO) as said:
            hosts.registry.register(hosts.HostKind("discussion", kind.find, kind.commentable, public=away))
            for _ in range(3):
                await failures.acquire()
            hosts.registry.register(kind)
            await sync_to_async(self.page.unpublish)()
            code = await socket.code_of_closing()

        assert code == GONE
        assert [record.getMessage() for record in said.records] == ["live.database_away", "live.database_back"]
        assert all(record.exc_info is None for record in said.records)


def cookie(browser):
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def count_statements(on):
    """Begin to count, or say how many there were."""
    connection.force_debug_cursor = on
    if on:
        connection.queries_log.clear()
    return len(connection.queries_log)
