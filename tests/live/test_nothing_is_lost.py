"""Five hundred comments while processes are killed and Redis goes away: every open page ends with the same ones."""

import asyncio
import itertools
import os
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.live.page import Page
from tests.live.talk import post, seed

pytestmark = [pytest.mark.postgresql, pytest.mark.redis, pytest.mark.faults]

COMMENTS, WRITERS, AT_ONCE, PAGES = 500, 25, 8, 20
# Only for a test that hangs.
WITHIN = 900

STORED = """
from discussions.models import Comment, Thread
rows = list(Comment.objects.filter(thread_id={thread}).order_by("seq").values_list("seq", "pk"))
print(json.dumps([Thread.objects.get(pk={thread}).last_seq, rows]))
"""


class Writers:
    """Post at both HTTP processes; what got no answer is sent again, to the other one."""

    def __init__(self, site, place):
        self.site, self.place = site, place
        self.acknowledged = []
        self._numbers = iter(range(COMMENTS))
        self._processes = itertools.cycle(site.http)
        self._moved = asyncio.Condition()

    async def write_all(self):
        await asyncio.gather(*(self._write() for _ in range(AT_ONCE)))

    async def have(self, count):
        """Wait until so many comments are acknowledged."""
        async with self._moved:
            await self._moved.wait_for(lambda: len(self.acknowledged) >= count)

    async def _write(self):
        for number in self._numbers:
            said = await self._posted(number)
            async with self._moved:
                self.acknowledged.append((said["seq"], said["id"]))
                self._moved.notify_all()

    async def _posted(self, number):
        writer = self.place["writers"][number % WRITERS]
        while True:
            client = self.site.session(writer, http=next(self._processes))
            try:
                return await asyncio.to_thread(post, client, self.place["thread"], f"Сообщение {number}")
            except requests.RequestException:
                await asyncio.sleep(0.2)


def kill_all_of(process):
    """End the process and its workers as a power cut would, and start it again."""
    workers = Path(f"/proc/{process.popen.pid}/task/{process.popen.pid}/children").read_text().split()
    process.kill()
    for worker in workers:
        with suppress(ProcessLookupError):
            os.kill(int(worker), signal.SIGKILL)
    process.start().wait()


async def test_every_page_ends_with_the_same_comments(production, redis_server):
    place = seed(production, writers=WRITERS)
    pages = [Page(production, place["thread"], live=live) for live in production.live for _ in range(PAGES)]
    reading = [asyncio.create_task(page.read()) for page in pages]
    writers = Writers(production, place)
    writing = asyncio.create_task(writers.write_all())

    async with asyncio.timeout(WITHIN):
        await writers.have(COMMENTS // 5)
        production.live[1].kill()
        await writers.have(COMMENTS * 3 // 10)
        await asyncio.to_thread(production.live[1].start().wait)
        await writers.have(COMMENTS // 2)
        await asyncio.to_thread(redis_server.stop)
        await writers.have(COMMENTS * 3 // 5)
        await asyncio.to_thread(redis_server.start().wait)
        await writers.have(COMMENTS * 4 // 5)
        await asyncio.to_thread(kill_all_of, production.http[1])
        await writing
        last, stored = await asyncio.to_thread(production.run, STORED.format(thread=place["thread"]))
        await asyncio.gather(*(page.reached(last) for page in pages))
    for task in reading:
        task.cancel()

    stored = [tuple(row) for row in stored]
    # What got no answer may stand there twice, since it was sent again.
    assert [seq for seq, _ in stored] == list(range(1, last + 1))
    assert len(set(writers.acknowledged)) == COMMENTS
    assert set(writers.acknowledged) <= set(stored)
    assert Counter(tuple(page.told) for page in pages) == {tuple(stored): 2 * PAGES}
    assert min(page.breaks for page in pages[PAGES:]) > 0
