"""The embedded server: pages, sockets, static files and the worker in one process."""

import asyncio
import signal

import pytest
import websockets

from tests.live.hostile import (
    LONG_THREAD,
    broken_off,
    check_endings,
    closed_by_big_frame,
    stalled_socket,
    text_frame,
)
from tests.live.processes import wait_until
from tests.live.talk import comments_until, hear, listen, post, resume, seed


async def test_comment_reaches_open_sockets(embedded):
    place = seed(embedded)
    client = embedded.session(place["writers"][0])
    async with embedded.socket(f"/ws/threads/{place['thread']}/") as socket:
        hello = await listen(socket)

        said = await asyncio.to_thread(post, client, place["thread"], "Нужна **детская** площадка")
        heard = await hear(socket)

    assert hello == [{"type": "hello", "seq": 0, "readers": 1}, {"type": "thread", "state": "open"}]
    assert heard == [{"type": "comment.posted", "seq": said["seq"], "id": said["id"], "html": said["html"]}]
    assert "<strong>детская</strong>" in said["html"]


async def test_worker_delivers_in_the_same_process(embedded):
    place = seed(embedded)
    client = embedded.session(place["writers"][0])

    await asyncio.to_thread(post, client, place["thread"], "Слово")

    count = "from crowd.events.models import WorkerBeat; print(json.dumps(WorkerBeat.objects.count()))"
    assert await asyncio.to_thread(embedded.run, count) == 1


async def test_cut_off_and_resumed_misses_none(embedded):
    place = seed(embedded)
    client = embedded.session(place["writers"][0])
    path = f"/ws/threads/{place['thread']}/"
    async with embedded.socket(path) as socket:
        await listen(socket)
        await asyncio.to_thread(post, client, place["thread"], "1")
        before = await comments_until(socket, 1)
    for body in ("2", "3"):
        await asyncio.to_thread(post, client, place["thread"], body)
    async with embedded.socket(path) as socket:
        await resume(socket, before[-1][1])
        after = await comments_until(socket, 3)

    assert [seq for _, seq, _ in before + after] == [1, 2, 3]


async def test_page_without_javascript(embedded):
    place = seed(embedded)
    client = embedded.session(place["writers"][0])

    answer = await asyncio.to_thread(
        client.post,
        f"{embedded.url}/threads/{place['thread']}/comments/",
        {"body": "С телефона"},
        allow_redirects=False,
    )
    page = await asyncio.to_thread(client.get, f"{embedded.url}{place['url']}")

    page_url, anchor = answer.headers["Location"].split("#")
    assert (answer.status_code, page_url) == (303, place["url"])
    assert page.status_code == 200
    assert f'id="{anchor}"' in page.text
    assert "С телефона" in page.text


async def test_static_file_is_served(embedded):
    answer = await asyncio.to_thread(embedded.session().get, f"{embedded.url}/static/js/thread.js")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ends_cleanly(own_embedded, number):
    place = seed(own_embedded)
    async with own_embedded.socket(f"/ws/threads/{place['thread']}/") as socket:
        await hear(socket)

        code = await asyncio.to_thread(own_embedded.processes["embedded"].stop, number)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await hear(socket)

    assert code == 0
    assert closed.value.rcvd.code == 1001
    assert "Traceback" not in own_embedded.processes["embedded"].output()


async def test_says_where_to_go(embedded):
    assert f"Откройте {embedded.url}/" in embedded.processes["embedded"].output()


async def test_big_frame_ends_its_own_socket_only(embedded):
    place = seed(embedded)
    path = f"/ws/threads/{place['thread']}/"
    client = embedded.session(place["writers"][0])
    async with embedded.socket(path) as good, embedded.socket(path) as bad:
        await listen(good)

        await closed_by_big_frame(bad)
        await asyncio.to_thread(post, client, place["thread"], "Слово")

        assert len(await comments_until(good, 1)) == 1


async def test_signing_out_a_block_and_hiding_reach_open_sockets(embedded):
    await check_endings(embedded)


async def test_client_that_reads_nothing_harms_nobody(embedded):
    place = embedded.run(LONG_THREAD)
    path = f"/ws/threads/{place['thread']}/"
    with stalled_socket(embedded, path) as stalled:
        for _ in range(10):
            stalled.send(text_frame('{"type": "resume", "after": 0}'))
        client = embedded.session(place["writer"])
        async with embedded.socket(path) as socket:
            await listen(socket)

            await asyncio.to_thread(post, client, place["thread"], "Слово")

            assert len(await comments_until(socket, 201)) == 1
        # It answers no ping and takes nothing, so in the end its connection is broken off.
        await asyncio.to_thread(wait_until, lambda: broken_off(stalled), "the end of the stalled connection")
    assert "Traceback" not in embedded.processes["embedded"].output()
