"""The sockets of threads: read-only. What residents write goes through HTTP."""

import asyncio
import json
import re
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import parse_cookie
from django.utils.translation import trans_real

from discussions.live.hub import Hub
from discussions.live.readers import GONE, Reader
from discussions.live.switchboard import switchboard

LONGEST_FRAME = 4096
# A client that asks more often than this between two heartbeats does not want to read.
MOST_ASKED = 20

POLICY_VIOLATION = 1008
TOO_BIG = 1009
TRY_AGAIN = 1013

SESSION_KEY = re.compile(r"[a-z0-9]{8,40}")

# What sending raises where the connection went meanwhile; `disconnect` follows.
CONNECTION_GONE = (RuntimeError, OSError)


def socket_headers(scope: dict[str, Any]) -> dict[bytes, str]:
    return {name: value.decode("latin-1") for name, value in scope.get("headers", ())}


def socket_session(scope: dict[str, Any]) -> str:
    """Return the key of the session that the socket comes with; whether it lasts, the sweep finds out."""
    key = parse_cookie(socket_headers(scope).get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    return key if SESSION_KEY.fullmatch(key) else ""


def socket_language(scope: dict[str, Any]) -> str:
    """Return the language asked for by `?lang=`, else the cookie's, else the browser's, else Russian."""
    known = dict(settings.LANGUAGES)
    headers = socket_headers(scope)
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [])
    cookies = parse_cookie(headers.get(b"cookie", ""))
    if settings.LANGUAGE_COOKIE_NAME in cookies:
        asked.append(cookies[settings.LANGUAGE_COOKIE_NAME])
    asked += [code for code, _q in trans_real.parse_accept_lang_header(headers.get(b"accept-language", ""))]
    for code in asked:
        for candidate in (code, code.split("-")[0]):
            if candidate in known:
                return candidate
    return settings.LANGUAGE_CODE


class ThreadConsumer(AsyncWebsocketConsumer):
    """Passes on what the thread's hub says; the hub alone holds a channel of the layer."""

    channel_layer_alias = None

    hub: Hub | None = None
    reader: Reader | None = None
    sending: "asyncio.Task[None] | None" = None
    asked = 0
    asked_since = 0.0

    async def connect(self) -> None:
        reader = Reader(socket_language(self.scope), socket_session(self.scope))
        try:
            hub = await switchboard.join(int(self.scope["url_route"]["kwargs"]["pk"]), reader)
        except (DatabaseError, InterfaceError):
            await self.close(TRY_AGAIN)
            return
        if hub is None:
            # Before it is accepted: the handshake is refused, as where there is no such thread.
            await self.close(GONE)
            return
        self.hub, self.reader = hub, reader
        await self.accept()
        self.sending = asyncio.create_task(self._send_frames(reader))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels' signature
        if self.sending is not None:
            self.sending.cancel()
        self._leave()

    def _leave(self) -> None:
        if self.hub is not None and self.reader is not None:
            switchboard.leave(self.hub, self.reader)
            self.hub = None

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002
        if self.hub is None or self.reader is None:
            return
        if text_data is None:
            self.reader.close(POLICY_VIOLATION)
        elif len(text_data.encode()) > LONGEST_FRAME:
            self.reader.close(TOO_BIG)
        elif (after := _resume_after(text_data)) is None or self._asks_too_often():
            self.reader.close(POLICY_VIOLATION)
        else:
            try:
                await self.hub.resume(self.reader, after)
            except (DatabaseError, InterfaceError):
                self.reader.close(TRY_AGAIN)

    async def _send_frames(self, reader: Reader) -> None:
        feeding = asyncio.create_task(self._feed(reader))
        try:
            ends: set[asyncio.Future[Any]] = {feeding, reader.closing}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            feeding.cancel()
        if reader.closing.done():
            # At once: a client that reads nothing does not learn of it, and the closing would wait for it.
            self._leave()
            with suppress(*CONNECTION_GONE):
                await self.close(reader.closing.result())

    async def _feed(self, reader: Reader) -> None:
        with suppress(*CONNECTION_GONE):
            while True:
                await self.send(text_data=await reader.next_frame())

    def _asks_too_often(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self.asked_since > settings.LIVE_BEAT_SECONDS:
            self.asked, self.asked_since = 0, now
        self.asked += 1
        return self.asked > MOST_ASKED


def _resume_after(text: str) -> int | None:
    """Return the number to resume after; None for everything that is no such message."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("type") != "resume":
        return None
    after = message.get("after")
    return after if isinstance(after, int) and not isinstance(after, bool) and after >= 0 else None
