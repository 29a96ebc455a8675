"""The load, in a process of its own: many sockets that listen, and posts at given moments. The same for both sides.

A plan comes in as JSON, a report goes out as JSON. A post's text begins with a mark; a frame is searched for marks,
never parsed, so that reading costs the same whatever a side writes around them. Times are this process's own clock.
"""

import asyncio
import base64
import json
import os
import re
import resource
import struct
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

MARK = re.compile(rb"mk([0-9]{6})k")
SPARE_FILES = 500
CONNECT_AT_ONCE = 50
MOST_CONNECTIONS = 200
SETTLE_SECONDS = 2.0
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Ears:
    """When each socket heard each mark, and how often."""

    def __init__(self, sockets: int, posts: int) -> None:
        self.times: list[list[float]] = [[] for _ in range(posts)]
        self.heard = [bytearray(sockets) for _ in range(posts)]
        self.left = sockets * posts
        self.done = asyncio.Event()
        self.doubles = self.frames = self.frame_bytes = self.closed = 0
        self.sample = ""

    def hear(self, socket: int, payload: bytes) -> None:
        now = time.perf_counter()
        marks = {int(found) for found in MARK.findall(payload)}
        if not marks:
            return
        self.frames += 1
        self.frame_bytes += len(payload)
        if not self.sample and len(marks) == 1:
            self.sample = payload.decode()
        for mark in marks:
            if self.heard[mark][socket]:
                self.doubles += 1
                continue
            self.heard[mark][socket] = 1
            self.times[mark].append(now)
            self.left -= 1
        if not self.left:
            self.done.set()


class Socket(asyncio.Protocol):
    """A WebSocket that listens, answers pings and says at most where it resumes."""

    def __init__(self, number: int, ears: Ears, plan: dict[str, Any]) -> None:
        self.number, self.ears, self.plan = number, ears, plan
        self.buffer = b""
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ending = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.plan['socket_path']} HTTP/1.1\r\nHost: {self.plan['host']}\r\n"
            f"Origin: {self.plan['origin']}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.open.done():
            self.open.set_exception(ConnectionError(f"a socket was refused: {self.buffer[:200]!r} {exc}"))
        elif not self.ending:
            self.ears.closed += 1

    def data_received(self, data: bytes) -> None:
        data = self.buffer + data if self.buffer else data
        if not self.open.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self.buffer = head
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.buffer = head
                self.transport.close()
                return
            self.open.set_result(None)
            if self.plan["resumes"]:
                # As the page does that was made a moment ago.
                self.send(TEXT, json.dumps({"type": "resume", "after": self.plan["first"]}).encode())
        self.buffer = self.frames(data)

    def frames(self, data: bytes) -> bytes:
        """Take every whole frame; return what is left over."""
        start = 0
        while len(data) - start >= 2:
            size, begin = data[start + 1], start + 2
            if size == 126:
                if len(data) - begin < 2:
                    break
                (size,), begin = struct.unpack_from("!H", data, begin), begin + 2
            elif size == 127:
                if len(data) - begin < 8:
                    break
                (size,), begin = struct.unpack_from("!Q", data, begin), begin + 8
            if len(data) - begin < size:
                break
            self.take(data[start] & 15, data[begin : begin + size])
            start = begin + size
        return data[start:]

    def take(self, kind: int, payload: bytes) -> None:
        if kind == TEXT:
            self.ears.hear(self.number, payload)
        elif kind in (PING, CLOSE):
            self.send(PONG if kind == PING else CLOSE, payload)

    def send(self, kind: int, payload: bytes) -> None:
        # From a client everything is masked; a mask of zeros leaves it as it is.
        self.transport.write(bytes([0x80 | kind, 0x80 | len(payload)]) + bytes(4) + payload)


class Writers:
    """Connections to the HTTP processes, kept and used in turn, as a proxy keeps them."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan, self.idle, self.turn = plan, deque[Any](), 0
        self.most = asyncio.Semaphore(MOST_CONNECTIONS)

    async def connect(self) -> Any:
        ports = self.plan["http_ports"]
        self.turn += 1
        return await asyncio.open_connection("127.0.0.1", ports[self.turn % len(ports)])

    async def post(self, number: int) -> tuple[int, str]:
        async with self.most:
            reader, writer = self.idle.popleft() if self.idle else await self.connect()
            writer.write(self.request(number))
            head = await reader.readuntil(b"\r\n\r\n")
            size = re.search(rb"(?i)content-length: *(\d+)", head)
            body = await reader.readexactly(int(size[1]) if size else 0)
            if re.search(rb"(?i)connection: *close", head) or not size:
                writer.close()
            else:
                self.idle.append((reader, writer))
        return int(head.split(b" ", 2)[1]), body[:300].decode(errors="replace")

    def request(self, number: int) -> bytes:
        mine = self.plan["writers"][number % len(self.plan["writers"])]
        body = urlencode({"body": f"mk{number - self.plan['first']:06d}k {self.plan['text']}"}).encode()
        head = {"Host": self.plan["host"], "Content-Type": "application/x-www-form-urlencoded"} | self.plan["headers"]
        head |= {"Cookie": mine["cookie"], "X-Forwarded-For": mine["address"], "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        return f"POST {self.plan['post_path']} HTTP/1.1\r\n{lines}\r\n".encode() + body


def cpu_of(pids: list[int]) -> float:
    """CPU seconds of the processes, their children and what ended of these; from /proc."""
    tick, parents = os.sysconf("SC_CLK_TCK"), {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            # It ended meanwhile.
            continue
        parents[int(entry.name)] = int(fields[1]), sum(int(ticks) for ticks in fields[11:15])
    found, mine = set(pids), 0
    while len(found) != mine:
        mine = len(found)
        found |= {pid for pid, (parent, _) in parents.items() if parent in found}
    return sum(parents[pid][1] for pid in found if pid in parents) / tick


def cpu_by_kind(plan: dict[str, Any]) -> dict[str, float]:
    """Empty where there is no /proc to read."""
    if not Path("/proc/self/stat").exists():
        return {}
    return {kind: cpu_of(pids) for kind, pids in plan["pids"].items()}


async def listen(plan: dict[str, Any], ears: Ears) -> list[Socket]:
    loop, sockets = asyncio.get_running_loop(), []
    at_once = asyncio.Semaphore(CONNECT_AT_ONCE)

    async def one(number: int) -> None:
        async with at_once:
            socket = Socket(number, ears, plan)
            sockets.append(socket)
            await loop.create_connection(lambda: socket, "127.0.0.1", plan["live_port"])
            await asyncio.wait_for(socket.open, 60)

    await asyncio.gather(*(one(number) for number in range(plan["sockets"])))
    return sockets


async def carry_out(plan: dict[str, Any]) -> dict[str, Any]:
    moments: list[float] = plan["moments"]
    ears, writers = Ears(plan["sockets"], len(moments)), Writers(plan)
    sockets = await listen(plan, ears)
    for _ in range(min(len(moments), plan["connections"])):
        writers.idle.append(await writers.connect())
    await asyncio.sleep(SETTLE_SECONDS)
    before, began, own = cpu_by_kind(plan), time.perf_counter(), time.process_time()
    sent, answered, refused = [0.0] * len(moments), [0.0] * len(moments), []

    async def post(index: int) -> None:
        await asyncio.sleep(began + moments[index] - time.perf_counter())
        sent[index] = time.perf_counter()
        status, body = await writers.post(plan["first"] + index)
        answered[index] = time.perf_counter() - sent[index]
        if status != 201:
            refused.append(f"{status} {body}")

    await asyncio.gather(*(post(index) for index in range(len(moments))))
    with suppress(TimeoutError):
        await asyncio.wait_for(ears.done.wait(), plan["drain_seconds"])
    # Both sides are watched for as long as the plan says at least, so that what they do idly is counted alike.
    await asyncio.sleep(max(0.0, began + plan["seconds"] - time.perf_counter()))
    after, own, took = cpu_by_kind(plan), time.process_time() - own, time.perf_counter() - began
    for socket in sockets:
        socket.ending = True
        socket.transport.abort()
    return {
        "latencies": [round(moment - sent[i], 5) for i, times in enumerate(ears.times) for moment in times],
        "answers": [round(seconds, 5) for seconds in answered],
        "lost": ears.left,
        "doubles": ears.doubles,
        "closed": ears.closed,
        "refused": refused[:3],
        "refused_count": len(refused),
        "frames": ears.frames,
        "frame_bytes": ears.frame_bytes,
        "sample": ears.sample,
        "cpu": {kind: after[kind] - before[kind] for kind in after},
        "load_cpu": own,
        "seconds": took,
    }


def main() -> None:
    plan = json.load(sys.stdin)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = plan["sockets"] + SPARE_FILES
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
    try:
        import uvloop
    except ImportError:
        json.dump(asyncio.run(carry_out(plan)), sys.stdout)
    else:
        json.dump(uvloop.run(carry_out(plan)), sys.stdout)


if __name__ == "__main__":
    main()
