"""Clients and readers that one would rather not have, and readers who have to go."""

import asyncio
import base64
import os
import socket
import struct
from contextlib import contextmanager
from pathlib import Path

import pytest
import websockets

from tests.live.talk import hear, seed

ESTABLISHED = "01"

LONG_THREAD = """
from tests.factories.comments import comments, thread
place = thread()
comments(place, 200)
from discussions.models import Comment
Comment.objects.filter(thread=place).update(body="слово " * 800)
print(json.dumps({"thread": place.pk, "writer": sign_in(people.person())}))
"""

ENDED = """
from django.contrib.sessions.models import Session
from crowd.people.models import Person
Session.objects.filter(pk="{signed_out}").delete()
blocked = Session.objects.get(pk="{blocked}").get_decoded()["_auth_user_id"]
Person.objects.filter(pk=blocked).update(is_active=False)
print("null")
"""

HIDDEN = """
from discussions.models import DiscussionPage
DiscussionPage.objects.get(pk={page}).unpublish()
print("null")
"""


async def closed_by_big_frame(connection):
    """Send 2 MiB and see the connection closed for it."""
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await hear_until_closed(connection, send="x" * 2 * 1024 * 1024)
    # The server does not read the rest, so the line may break before its word arrives.
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009


async def check_endings(site):
    """A sign-out, a block and a hiding close the sockets they concern, each with its code, and no other."""
    place = seed(site, writers=3)
    path = f"/ws/threads/{place['thread']}/"
    signed_out, blocked, stays = place["writers"]
    sockets = [site.socket(path, additional_headers=cookie(site, key)) for key in (signed_out, blocked, stays)]
    async with sockets[0] as first, sockets[1] as second, sockets[2] as third:
        for one in (first, second, third):
            await hear(one)

        await asyncio.to_thread(site.run, ENDED.format(signed_out=signed_out, blocked=blocked))
        codes = [await closed_with(first), await closed_with(second)]
        still_open = third.state is websockets.State.OPEN
        await asyncio.to_thread(site.run, HIDDEN.format(page=place["page"]))
        codes.append(await closed_with(third))
    with pytest.raises(websockets.InvalidStatus) as refused:
        await site.socket(path)

    assert codes == [4401, 4403, 4404]
    assert still_open
    assert refused.value.response.status_code == 403


def cookie(site, key):
    return {"Cookie": site.session(key).headers["Cookie"]}


async def closed_with(connection):
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await hear_until_closed(connection)
    return closed.value.rcvd.code


async def hear_until_closed(connection, send=None):
    if send is not None:
        await connection.send(send)
    while True:
        await hear(connection)


@contextmanager
def stalled_socket(site, path):
    """A connection that was opened properly and of which nothing more is read."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", site.live[0].port))
        key = base64.b64encode(os.urandom(16)).decode()
        head = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{site.live[0].port}",
            f"Origin: {site.url}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        ]
        client.sendall("\r\n".join([*head, "", ""]).encode())
        assert client.recv(12) == b"HTTP/1.1 101"
        yield client


def text_frame(text):
    """A frame as clients must send it, masked (here with zeros); for less than 126 bytes."""
    data = text.encode()
    return struct.pack("!BBI", 0x81, 0x80 | len(data), 0) + data


def broken_off(client):
    """Say whether the server has given the connection up; what the kernel still holds for the client is not its own."""
    here, there = client.getsockname()[1], client.getpeername()[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state = line.split()[:4]
        if (local[-4:], remote[-4:]) == (f"{there:04X}", f"{here:04X}"):
            return state != ESTABLISHED
    return True
