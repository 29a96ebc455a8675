"""A reader at a socket and writers at the forms, as tests need them."""

import asyncio
import json

SEEDED = """
import uuid
page = pages.discussion()
from discussions.actions import open_thread
thread = open_thread(host_kind="discussion", host_id=page.pk, block=page)
writers = [sign_in(people.person(email=f"{{uuid.uuid4().hex}}@example.org")) for _ in range({writers})]
print(json.dumps({{"page": page.pk, "url": page.url, "thread": thread.pk, "writers": writers}}))
"""


def seed(site, writers=1):
    return site.run(SEEDED.format(writers=writers))


def post(client, thread, body, **fields):
    """Post as the page's script does; return the JSON."""
    answer = client.post(
        f"{client.base}/threads/{thread}/comments/",
        data={"body": body} | fields,
        headers={"Accept": "application/json"},
        timeout=30,
    )
    assert answer.status_code == 201, (answer.status_code, answer.text[:500])
    return answer.json()


async def hear(socket, seconds=40):
    """The messages of the next frame."""
    said = json.loads(await asyncio.wait_for(socket.recv(), seconds))
    return said if isinstance(said, list) else [said]


async def listen(socket):
    """Take the greeting and ask for all that comes after it, as an open page does; return the greeting."""
    greeting = await hear(socket)
    await resume(socket, greeting[0]["seq"])
    return greeting


async def resume(socket, after):
    await socket.send(json.dumps({"type": "resume", "after": after}))


async def comments_until(socket, seq, seconds=40):
    """All comment messages up to the change `seq`, as (type, seq, id)."""
    heard = []
    while not heard or heard[-1][1] < seq:
        heard += [(m["type"], m["seq"], m["id"]) for m in await hear(socket, seconds) if "id" in m]
    return heard
