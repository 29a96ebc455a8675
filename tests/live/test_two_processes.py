"""Production's processes: what is posted at one reaches the sockets of the other, whatever is cut off in between."""

import asyncio

import pytest
import websockets

from tests.live.hostile import check_endings, closed_by_big_frame
from tests.live.processes import wait_until
from tests.live.talk import comments_until, hear, listen, post, resume, seed

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]

POSTED = 20


@pytest.fixture(scope="module")
def some_thread(production):
    return seed(production)["thread"]


async def post_many(site, place, count=POSTED):
    """Post from both HTTP processes at once, each with writers of its own; return the ids by number."""

    def write(number):
        client = site.session(place["writers"][number % 4], http=site.http[number % 2])
        return post(client, place["thread"], f"Сообщение {number}")

    said = await asyncio.gather(*(asyncio.to_thread(write, number) for number in range(count)))
    return {one["seq"]: one["id"] for one in said}


async def test_comments_reach_sockets_of_both_in_order(production):
    place = seed(production, writers=4)
    path = f"/ws/threads/{place['thread']}/"
    async with (
        production.socket(path, live=production.live[0]) as here,
        production.socket(path, live=production.live[1]) as there,
    ):
        await listen(here)
        await listen(there)

        posted = await post_many(production, place)
        heard_here, heard_there = await comments_until(here, POSTED), await comments_until(there, POSTED)

    expected = [("comment.posted", seq, posted[seq]) for seq in range(1, POSTED + 1)]
    assert heard_here == expected
    assert heard_there == expected


async def test_cut_off_and_resumed_misses_none_and_hears_none_twice(production):
    place = seed(production, writers=4)
    path = f"/ws/threads/{place['thread']}/"
    heard = []

    async def read():
        """Read, and break the connection off after every few messages, as a bad line would."""
        turn = 0
        while not heard or heard[-1][1] < POSTED:
            turn += 1
            async with production.socket(path, live=production.live[turn % 2]) as socket:
                await resume(socket, heard[-1][1] if heard else 0)
                said = []
                while len(said) < 3 and (not said or said[-1][1] < POSTED):
                    said += [(m["type"], m["seq"], m["id"]) for m in await hear(socket) if "id" in m]
                heard.extend(said)
                socket.transport.abort()

    _, posted = await asyncio.gather(read(), post_many(production, place))

    assert heard == [("comment.posted", seq, posted[seq]) for seq in range(1, POSTED + 1)]


async def test_process_killed_and_started_again(production):
    place = seed(production, writers=4)
    path, live = f"/ws/threads/{place['thread']}/", production.live[1]
    async with production.socket(path, live=live) as socket:
        await listen(socket)
        posted = await post_many(production, place, 4)
        before = await comments_until(socket, 4)

        await asyncio.to_thread(live.kill)
        with pytest.raises(websockets.ConnectionClosed):
            await listen(socket)
    posted |= await post_many(production, place, 4)
    await asyncio.to_thread(live.start().wait)
    async with production.socket(path, live=live) as socket:
        await resume(socket, before[-1][1])
        after = await comments_until(socket, 8)

    assert [(seq, pk) for _, seq, pk in before + after] == sorted(posted.items())


async def test_redis_stopped_and_started(production, redis_server):
    place, live = seed(production, writers=4), production.live[0]
    async with production.socket(f"/ws/threads/{place['thread']}/", live=live) as socket:
        await listen(socket)
        await asyncio.to_thread(redis_server.stop)

        posted = await post_many(production, place, 4)
        # Deaf, it learns by the sweep what it missed.
        without = await comments_until(socket, 4)
        away = await asyncio.to_thread(readiness, production)
        await asyncio.to_thread(redis_server.start().wait)
        await asyncio.to_thread(wait_until, lambda: "live.hears" in live.output(), "hearing again")
        back = await asyncio.to_thread(readiness, production)
        posted |= await post_many(production, place, 4)
        again = await comments_until(socket, 8)

    assert [(seq, pk) for _, seq, pk in without + again] == sorted(posted.items())
    assert (away["redis"], back["redis"]) == ("away", "ok")
    # An outage is a line when it begins and one when it ends, not a traceback a second.
    assert "Traceback" not in live.output()
    assert live.output().count("live.deaf") == live.output().count("live.hears") == 1


def readiness(site):
    client = site.session(http=site.http[0])
    return client.get(f"{client.base}/readyz", timeout=10).json()["parts"]


async def test_readers_of_both_processes_are_counted(production):
    place = seed(production)
    path = f"/ws/threads/{place['thread']}/"
    here, there = production.live
    async with production.socket(path, live=here) as socket, production.socket(path, live=there):
        together = await readers_become(socket, 2)
    async with production.socket(path, live=there) as socket:
        alone = await readers_become(socket, 1)

    assert (together, alone) == (2, 1)


async def readers_become(socket, count):
    """Wait until a beat tells this number."""
    while True:
        for message in await hear(socket):
            if message.get("readers") == count:
                return count


async def test_signing_out_a_block_and_hiding_reach_open_sockets(production):
    await check_endings(production)


async def test_big_frame_ends_its_own_socket_only(production, some_thread):
    path = f"/ws/threads/{some_thread}/"
    async with production.socket(path) as good, production.socket(path) as bad:
        await hear(good)

        await closed_by_big_frame(bad)

        assert (await hear(good))[0]["type"] == "beat"


async def test_idle_socket_stays_and_hears(production):
    place = seed(production)
    client = production.session(place["writers"][0], http=production.http[0])
    async with production.socket(f"/ws/threads/{place['thread']}/") as socket:
        await listen(socket)
        # Longer than any time limit on the connection to Redis: 33 s.
        beats = [(await hear(socket))[0]["type"] for _ in range(11)]

        await asyncio.to_thread(post, client, place["thread"], "После тишины")
        heard = await comments_until(socket, 1)

    assert beats == ["beat"] * 11
    assert len(heard) == 1


async def test_hidden_comment_is_taken_back(production):
    place = seed(production)
    client = production.session(place["writers"][0], http=production.http[0])
    async with production.socket(f"/ws/threads/{place['thread']}/") as socket:
        await listen(socket)
        said = await asyncio.to_thread(post, client, place["thread"], "Плохое слово")
        posted = await comments_until(socket, 1)
        hide = "from discussions.actions import hide_comment; hide_comment(comment_id={}, actor_id=None); print('null')"

        await asyncio.to_thread(production.run, hide.format(said["id"]))
        hidden = await comments_until(socket, 2)
        await resume(socket, 0)
        repeated = await comments_until(socket, 2)

    assert posted + hidden == [("comment.posted", 1, said["id"]), ("comment.hidden", 2, said["id"])]
    assert repeated == [("comment.hidden", 2, said["id"])]


async def test_socket_through_the_proxy(production):
    place = seed(production)
    client = production.session(place["writers"][0])
    async with production.socket(f"/ws/threads/{place['thread']}/", live=None) as socket:
        await listen(socket)

        await asyncio.to_thread(post, client, place["thread"], "Через прокси")

        assert len(await comments_until(socket, 1)) == 1


@pytest.mark.parametrize(
    "origin",
    [
        "https://sister.example.org",
        "https://127.0.0.1:1",
        "https://127.0.0.1",
        "http://{host}",
        "https://{host}.evil.ru",
        "null",
    ],
)
async def test_foreign_origin_is_refused(production, some_thread, origin):
    origin = origin.format(host=production.url.split("//")[1])

    with pytest.raises(websockets.InvalidStatus) as refused:
        await production.socket(f"/ws/threads/{some_thread}/", live=production.live[0], origin=origin)

    assert refused.value.response.status_code == 403


async def test_missing_origin_is_refused(production, some_thread):
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(f"ws://127.0.0.1:{production.live[0].port}/ws/threads/{some_thread}/", proxy=None)

    assert refused.value.response.status_code == 403


async def test_live_process_answers_no_pages(production):
    client = production.session(http=production.live[0])

    statuses = [client.get(f"{client.base}{path}", timeout=10).status_code for path in ("/healthz", "/", "/admin/")]

    assert statuses == [200, 404, 404]
