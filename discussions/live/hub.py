"""One hub per thread and process: hears that something changed, reads it once, renders it once per language, tells all.

A broadcast is only a nudge; what is told comes from the database, by number. So a lost nudge costs time (until the
next nudge or sweep), never a message, and whatever order nudges come in, changes go out in the order of numbers.
"""

import asyncio
import json
import logging
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from prometheus_client import Gauge

from discussions.live import presence, reads
from discussions.live.channel import PATIENCE, Listener
from discussions.live.readers import GONE, Reader, frame, message, portions
from discussions.live.reads import Change, ThreadState
from discussions.models import Thread
from discussions.queries import MOST_RESUMED, changes_after, latest_changes

log = logging.getLogger(__name__)

READ_AT_ONCE = 50
# A visibility that was read this recently is not read again for the next socket.
FRESH_SECONDS = 1.0
# Counts that many people change at once are told at most this often.
COUNTS_SECONDS = 1.0
MOST_COUNTED = 200
NEVER = float("-inf")

RELOAD = message("reload")

sockets_open = Gauge("crowd_live_sockets", "Open sockets of this process.")


@database_sync_to_async
def _read_changes(thread_id: int, after: int) -> list[Change]:
    return reads.rendered(changes_after(thread_id, after, READ_AT_ONCE))


@database_sync_to_async
def _read_latest(thread_id: int, upto: int) -> list[Change]:
    return reads.rendered(latest_changes(thread_id, upto, MOST_RESUMED + 1))


_read_states = database_sync_to_async(reads.thread_states)
_read_reactions = database_sync_to_async(reads.reactions)
_read_counts = database_sync_to_async(reads.host_counts)


class Hub:
    def __init__(self, thread_id: int) -> None:
        self.thread_id = thread_id
        self.readers: set[Reader] = set()
        self.seq = 0
        # The latest changes by comment, in the order of their numbers; complete above `_floor`.
        self._recent: dict[int, Change] = {}
        self._floor = 0
        self._state: ThreadState | None = None
        self._state_asked_at = NEVER
        self._reading, self._filling, self._checking = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
        self._due = asyncio.Event()
        self._changes_due = self._check_due = self._votes_due = False
        self._reacted: dict[int, None] = {}
        self._counts_told_at = NEVER
        self._beat_at = 0.0
        self._loop = asyncio.get_running_loop()
        self._presence = presence.Presence()
        self._listener = Listener(f"thread.{thread_id}", self._note, self._look_for_changes)
        self._telling: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Listen, then read where the thread stands: what changes in between is nudged for, not missed."""
        self._tasks.append(self._loop.create_task(self._listener.listen()))
        with suppress(TimeoutError):
            # Without the channel layer the sweep alone brings what is new.
            await asyncio.wait_for(self._listener.joined.wait(), PATIENCE)
        await self.check()
        if self._state is not None:
            self.seq = self._floor = self._state.seq
        # Spread out, so that a restart does not make all threads beat in the same moment for ever.
        self._beat_at = self._loop.time() + settings.LIVE_BEAT_SECONDS * random.uniform(0.5, 1.0)  # noqa: S311
        self._tasks.append(self._loop.create_task(self._run()))

    async def stop(self) -> None:
        if self._listener.joined.is_set():
            await self._listener.tell(self._presence.say(0))
        tasks = [*self._tasks, *filter(None, [self._telling])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def check(self) -> bool:
        """Say whether everybody may see the thread, by what was read a moment ago or is read now."""
        async with self._checking:
            now = self._loop.time()
            if now - self._state_asked_at > FRESH_SECONDS:
                self.learn((await _read_states([self.thread_id])).get(self.thread_id), now)
        return self._state is not None and self._state.visible

    def learn(self, state: ThreadState | None, asked_at: float) -> None:
        """Take in how the thread stands, unless something newer is known already."""
        if asked_at < self._state_asked_at:
            return
        before, self._state, self._state_asked_at = self._state, state, asked_at
        if state is None or not state.visible:
            self.close_all(GONE)
            return
        if before is not None and (before.state, before.note) != (state.state, state.note):
            self._tell_all(_standing_of(state))
        if state.seq > self.seq and self.readers:
            self._look_for_changes()

    def greet(self, reader: Reader) -> None:
        """Take the reader in. It is told what is new only once it resumed, however long its line takes for that.

        A page goes by the highest number it heard: a comment told before what it missed would hide that from it.
        """
        reader.seq = self.seq
        self.readers.add(reader)
        sockets_open.inc()
        self._count_changed()
        hello = [self._standing("hello")]
        if self._state is not None:
            # What was locked or opened while it was away, or since its page was made.
            hello.append(_standing_of(self._state))
        reader.offer(frame(hello))

    def leave(self, reader: Reader) -> None:
        if reader in self.readers:
            self.readers.discard(reader)
            sockets_open.dec()
            self._count_changed()

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

    def close_all(self, code: int) -> None:
        for reader in tuple(self.readers):
            reader.close(code)

    def _release(self, reader: Reader) -> None:
        reader.held = False
        if not self._floor <= reader.seq <= self.seq:
            reader.offer(RELOAD)
        else:
            missed = [one.texts[reader.language] for one in self._recent.values() if one.seq > reader.seq]
            for portion in portions(missed):
                reader.offer(frame(portion))
        reader.seq = self.seq

    def _standing(self, kind: str) -> str:
        return message(kind, seq=self.seq, readers=len(self.readers) + self._presence.elsewhere())

    def _count_changed(self) -> None:
        self._presence.changed()
        self._due.set()

    def _look_for_changes(self) -> None:
        self._changes_due = True
        self._due.set()

    def _note(self, body: Mapping[str, Any]) -> None:
        """Note what a broadcast tells of; the next turn reads it."""
        kind = str(body.get("type", ""))
        if kind == presence.KIND:
            self._presence.heard(body)
        elif kind.startswith("comment."):
            self._changes_due = True
        elif kind.startswith("vote."):
            self._votes_due = True
        elif kind == "reaction.changed":
            if isinstance(comment_id := body.get("comment"), int):
                self._reacted[comment_id] = None
        else:
            # The thread or its host itself changed: perhaps it is hidden or locked now.
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
            except (DatabaseError, InterfaceError) as error:
                # The sweep brings what was not read.
                reads.database_outage.noticed(error)
            except Exception as error:  # noqa: BLE001 - one thread's trouble ends no other's
                log.warning("live.failed", extra={"of_thread": self.thread_id, "error": repr(error)})

    def _next_moment(self) -> float:
        moments = [self._beat_at]
        if self._telling is None:
            moments.append(self._presence.due_at)
        if self._votes_due or self._reacted:
            moments.append(self._counts_told_at + COUNTS_SECONDS)
        return min(moments)

    async def _turn(self) -> None:
        now = self._loop.time()
        if now >= self._beat_at:
            # Before anything that the database may refuse.
            self._beat_at = now + settings.LIVE_BEAT_SECONDS
            self._beat()
        if now >= self._presence.due_at and self._telling is None:
            body = self._presence.say(len(self.readers))
            # Beside the turns, which must not wait for a layer that does not answer.
            self._telling = self._loop.create_task(self._tell_others(body))
        if self._changes_due:
            self._changes_due = False
            await self._pass_on_changes()
        if self._check_due:
            self._check_due, self._state_asked_at = False, NEVER
            await self.check()
        if now >= self._counts_told_at + COUNTS_SECONDS and (self._votes_due or self._reacted):
            self._counts_told_at = now
            await self._pass_on_counts()

    def _beat(self) -> None:
        text = self._standing("beat")
        for reader in tuple(self.readers):
            if not reader.resuming:
                reader.offer(text)
        self._presence.changed()

    async def _tell_others(self, body: Mapping[str, Any]) -> None:
        await self._listener.tell(body)
        await self._listener.renew()
        self._telling = None
        self._due.set()

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

    async def _pass_on_counts(self) -> None:
        if self._votes_due:
            self._votes_due = False
            counts = await _read_counts(self._state) if self._state else None
            if counts is not None:
                self._tell_all(json.dumps(counts))
        if self._reacted:
            ids = list(islice(self._reacted, MOST_COUNTED))
            for one in ids:
                del self._reacted[one]
            if reactions := await _read_reactions(self.thread_id, ids):
                self._tell_all(message("reactions", counts=reactions))

    def _tell_all(self, text: str) -> None:
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


def _standing_of(state: ThreadState) -> str:
    """Return the message that says whether the thread is locked, and why."""
    locked = {"note": state.note} if state.state == Thread.State.LOCKED else {}
    return message("thread", state=state.state, **locked)
