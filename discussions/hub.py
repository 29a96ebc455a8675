"""One hub per thread and process: hears that something changed, reads it once, renders it once per language, tells all.

A broadcast is only a nudge; what is told comes from the database, by number. So a lost nudge costs time (until the
next nudge or heartbeat), never a message, and whatever order nudges come in, changes go out in the order of numbers.
"""

import asyncio
import json
import logging
import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings
from django.utils import translation
from prometheus_client import Gauge

from discussions import hosts
from discussions.models import Comment
from discussions.queries import MOST_RESUMED, LiveState, change, changes_after, latest_changes, live_state

log = logging.getLogger(__name__)

READ_AT_ONCE = 50
# How long a new socket may take to say from where it resumes, before it is told what is new.
GREETING_SECONDS = 1.0
# A visibility that was read this recently is not read again for the next socket.
FRESH_SECONDS = 1.0
VOTES_SECONDS = 1.0
JOIN_SECONDS = 2.0
MOST_QUEUED = 64
LONGEST_PAUSE = 15.0

GONE = 4404
TOO_SLOW = 1013
RELOAD = json.dumps({"type": "reload"})

sockets_open = Gauge("crowd_live_sockets", "Open sockets of this process.")


@dataclass(frozen=True)
class Change:
    """A comment's latest public change, ready to be sent in each language."""

    seq: int
    id: int
    texts: Mapping[str, str]


@dataclass(eq=False)
class Reader:
    """One socket. While `held`, it is told nothing new: first comes what it missed, from `seq` on."""

    language: str
    seq: int = 0
    held: bool = True
    resuming: bool = False
    queue: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(MOST_QUEUED))
    # The code it is to be closed with.
    closing: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def offer(self, text: str) -> None:
        """Queue the frame; whoever does not keep up is closed, comes back and resumes."""
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            self.close(TOO_SLOW)

    def close(self, code: int) -> None:
        if not self.closing.done():
            self.closing.set_result(code)


def frame(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"


def _rendered(comments: Iterable[Comment]) -> list[Change]:
    found = list(comments)
    texts: dict[int, dict[str, str]] = {comment.pk: {} for comment in found}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for comment in found:
                texts[comment.pk][language] = json.dumps(change(comment), ensure_ascii=False)
    return [Change(comment.seq or 0, comment.pk, texts[comment.pk]) for comment in found]


@database_sync_to_async
def _read_changes(thread_id: int, after: int) -> list[Change]:
    return _rendered(changes_after(thread_id, after, READ_AT_ONCE))


@database_sync_to_async
def _read_latest(thread_id: int, upto: int) -> list[Change]:
    return _rendered(latest_changes(thread_id, upto, MOST_RESUMED + 1))


@database_sync_to_async
def _read_state(thread_id: int) -> LiveState | None:
    return live_state(thread_id)


@database_sync_to_async
def _read_counts(state: LiveState) -> dict[str, Any] | None:
    kind = hosts.registry.kinds[state.host_kind]
    return kind.live_counts(state.host_id) if kind.live_counts else None


class Hub:
    def __init__(self, thread_id: int) -> None:
        self.thread_id = thread_id
        self.readers: set[Reader] = set()
        self.seq = 0
        # The latest changes by comment, in the order of their numbers; complete above `_floor`.
        self._recent: dict[int, Change] = {}
        self._floor = 0
        self._state: LiveState | None = None
        self._state_read_at = 0.0
        self._reading, self._filling, self._checking = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
        self._due, self._joined = asyncio.Event(), asyncio.Event()
        self._changes_due = self._check_due = self._votes_due = False
        self._votes_told_at = 0.0
        self._beat_at = 0.0
        self._channel = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._loop = asyncio.get_running_loop()

    async def start(self) -> None:
        """Listen, then read where the thread stands: what changes in between is nudged for, not missed."""
        self._tasks.append(self._loop.create_task(self._listen()))
        with suppress(TimeoutError):
            # Without the channel layer the heartbeat alone brings what is new.
            await asyncio.wait_for(self._joined.wait(), JOIN_SECONDS)
        await self.check()
        if self._state is not None:
            self.seq = self._floor = self._state.seq
        # Spread out, so that a restart does not make all threads ask in the same moment for ever.
        self._beat_at = self._loop.time() + settings.LIVE_BEAT_SECONDS * random.uniform(0.5, 1.0)  # noqa: S311
        self._tasks.append(self._loop.create_task(self._run()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def check(self) -> bool:
        """Say whether everybody may see the thread, by what was read a moment ago or is read now."""
        async with self._checking:
            if self._loop.time() - self._state_read_at > FRESH_SECONDS:
                self._state = await _read_state(self.thread_id)
                self._state_read_at = self._loop.time()
        return self._state is not None and self._state.visible

    def greet(self, reader: Reader) -> None:
        """Take the reader in; it is told what is new once it resumed, or when it evidently will not."""
        reader.seq = self.seq
        self.readers.add(reader)
        sockets_open.inc()
        reader.offer(self._standing("hello"))
        self._loop.call_later(GREETING_SECONDS, self._end_greeting, reader)

    def leave(self, reader: Reader) -> None:
        self.readers.discard(reader)
        sockets_open.dec()

    async def resume(self, reader: Reader, after: int) -> None:
        """Tell the reader in order what it missed, then let it hear what is new."""
        reader.held = reader.resuming = True
        reader.seq = after
        try:
            if after > self.seq:
                await self._pass_on_changes()
            elif after < self._floor:
                await self._fill()
        finally:
            reader.resuming = False
        self._release(reader)

    def _end_greeting(self, reader: Reader) -> None:
        if reader.held and not reader.resuming and reader in self.readers:
            self._release(reader)

    def _release(self, reader: Reader) -> None:
        reader.held = False
        if not self._floor <= reader.seq <= self.seq:
            reader.offer(RELOAD)
        elif missed := [one.texts[reader.language] for one in self._recent.values() if one.seq > reader.seq]:
            reader.offer(frame(missed))
        reader.seq = self.seq

    def _standing(self, kind: str) -> str:
        return json.dumps({"type": kind, "seq": self.seq, "readers": len(self.readers)})

    async def _listen(self) -> None:
        pause = 1.0
        while True:
            layer = get_channel_layer()
            try:
                self._channel = await layer.new_channel()
                await layer.group_add(f"thread.{self.thread_id}", self._channel)
                pause = 1.0
                self._joined.set()
                self._note({"type": "comment.missed"})
                while True:
                    message = await layer.receive(self._channel)
                    self._note(message.get("body") or {})
            except asyncio.CancelledError:
                await self._drop_channel()
                raise
            except Exception as error:  # noqa: BLE001 - whatever the layer raises, the heartbeat goes on meanwhile
                log.warning("live.deaf", extra={"of_thread": self.thread_id, "error": repr(error)})
                await self._drop_channel()
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _drop_channel(self) -> None:
        channel, self._channel = self._channel, ""
        if channel:
            with suppress(Exception):
                await asyncio.wait_for(
                    get_channel_layer().group_discard(f"thread.{self.thread_id}", channel), JOIN_SECONDS
                )

    def _note(self, body: Mapping[str, Any]) -> None:
        kind = str(body.get("type", ""))
        if kind.startswith("comment."):
            self._changes_due = True
        elif kind.startswith("vote."):
            self._votes_due = True
        else:
            # The host itself changed: perhaps it is hidden now.
            self._check_due = True
        self._due.set()

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_moment()):
                    await self._due.wait()
            self._due.clear()
            try:
                await self._turn()
            except Exception as error:  # noqa: BLE001 - the database may be away for a while; the next beat tries again
                log.warning("live.failed", extra={"of_thread": self.thread_id, "error": repr(error)})

    def _next_moment(self) -> float:
        votes_at = self._votes_told_at + VOTES_SECONDS
        return min(self._beat_at, votes_at) if self._votes_due else self._beat_at

    async def _turn(self) -> None:
        now = self._loop.time()
        if self._changes_due:
            self._changes_due = False
            await self._pass_on_changes()
        if self._check_due:
            self._check_due, self._state_read_at = False, 0.0
            if not await self.check():
                self.close_all(GONE)
        if self._votes_due and now >= self._votes_told_at + VOTES_SECONDS:
            self._votes_due, self._votes_told_at = False, now
            await self._pass_on_votes()
        if now >= self._beat_at:
            self._beat_at = now + settings.LIVE_BEAT_SECONDS
            await self._beat()

    async def _beat(self) -> None:
        self._state_read_at = 0.0
        if not await self.check():
            self.close_all(GONE)
            return
        if self._state is not None and self._state.seq > self.seq:
            await self._pass_on_changes()
        text = self._standing("beat")
        for reader in tuple(self.readers):
            if not reader.held:
                reader.offer(text)
        if self._channel:
            # Layers forget a membership after a day unless it is renewed.
            await get_channel_layer().group_add(f"thread.{self.thread_id}", self._channel)

    def close_all(self, code: int) -> None:
        for reader in tuple(self.readers):
            reader.close(code)

    async def _pass_on_changes(self) -> None:
        async with self._reading:
            while changes := await _read_changes(self.thread_id, self.seq):
                self._remember(changes)
                self.seq = changes[-1].seq
                frames = {
                    language: frame([one.texts[language] for one in changes])
                    for language in {reader.language for reader in self.readers}
                }
                for reader in tuple(self.readers):
                    if not reader.held:
                        reader.offer(frames[reader.language])
                        reader.seq = self.seq
                if len(changes) < READ_AT_ONCE:
                    return

    async def _pass_on_votes(self) -> None:
        counts = await _read_counts(self._state) if self._state else None
        if counts is not None:
            text = json.dumps(counts)
            for reader in tuple(self.readers):
                reader.offer(text)

    def _remember(self, changes: Iterable[Change]) -> None:
        for one in changes:
            # What changed again is told in its present state only, so a hidden text is never told once more.
            self._recent.pop(one.id, None)
            self._recent[one.id] = one
        while len(self._recent) > MOST_RESUMED:
            oldest = self._recent.pop(next(iter(self._recent)))
            self._floor = oldest.seq

    async def _fill(self) -> None:
        """Read the latest changes from before this hub's time, once for all who resume."""
        async with self._filling:
            if self._floor == 0 or len(self._recent) >= MOST_RESUMED:
                return
            older = await _read_latest(self.thread_id, self.seq)
            floor = older.pop(0).seq if len(older) > MOST_RESUMED else 0
            newer, self._recent = self._recent, {}
            self._floor = floor
            self._remember(one for one in older if one.id not in newer)
            self._remember(newer.values())


class Switchboard:
    """The hubs of this process, made for the first reader of a thread and ended with the last."""

    def __init__(self) -> None:
        self._hubs: dict[int, asyncio.Task[Hub]] = {}

    async def join(self, thread_id: int, reader: Reader) -> Hub | None:
        """Return the thread's hub, now with this reader, or None where not everybody may see the thread."""
        starting = self._hubs.get(thread_id)
        if starting is None or starting.get_loop() is not asyncio.get_running_loop():
            starting = self._hubs[thread_id] = asyncio.create_task(self._started(thread_id))
        try:
            hub = await asyncio.shield(starting)
            visible = await hub.check()
        except BaseException:
            self._forget_if_unused(thread_id, starting)
            raise
        if visible and self._hubs.get(thread_id) is starting:
            hub.greet(reader)
            return hub
        self._forget_if_unused(thread_id, starting)
        # Its last reader left while we looked: begin anew.
        return await self.join(thread_id, reader) if visible else None

    def leave(self, hub: Hub, reader: Reader) -> None:
        hub.leave(reader)
        starting = self._hubs.get(hub.thread_id)
        if starting is not None:
            self._forget_if_unused(hub.thread_id, starting)

    def close_all(self, code: int) -> None:
        """Ask every socket of this process to close."""
        for starting in self._hubs.values():
            if starting.done() and not starting.cancelled() and starting.exception() is None:
                starting.result().close_all(code)

    @staticmethod
    async def _started(thread_id: int) -> Hub:
        hub = Hub(thread_id)
        try:
            await hub.start()
        except BaseException:
            await hub.stop()
            raise
        return hub

    def _forget_if_unused(self, thread_id: int, starting: "asyncio.Task[Hub]") -> None:
        if self._hubs.get(thread_id) is not starting or not starting.done():
            return
        failed = starting.cancelled() or starting.exception() is not None
        if failed or not starting.result().readers:
            del self._hubs[thread_id]
            if not failed:
                ending = asyncio.ensure_future(starting.result().stop())
                _endings.add(ending)
                ending.add_done_callback(_endings.discard)


# Tasks that end hubs, held until they are done.
_endings: set["asyncio.Future[None]"] = set()
switchboard = Switchboard()
