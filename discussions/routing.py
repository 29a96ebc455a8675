"""Sockets: who may open one, and where."""

from typing import Any
from urllib.parse import urlsplit

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import re_path

from discussions.consumers import ThreadConsumer

PORTS = {"http": 80, "https": 443}


def origin_parts(origin: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of an origin; None for `null` and for what is no origin."""
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not host or parts.path.strip("/") or parts.query or parts.username:
        return None
    return parts.scheme, host, port or PORTS[parts.scheme]


def own_origin(headers: dict[bytes, bytes]) -> tuple[str, str, int] | None:
    """Return the site's origin: the one that is set; embedded, the address at which the server itself was asked."""
    if not settings.SOCKETS_FROM_OWN_HOST:
        return origin_parts(settings.SITE_URL)
    host = headers.get(b"host", b"").decode("latin-1")
    known = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
    return origin_parts(f"http://{host}") if known else None


class OwnOriginOnly:
    """Refuses every Origin but the site's own scheme, host and port, and a socket without one."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = dict(scope.get("headers", ()))
        origin = origin_parts(headers.get(b"origin", b"").decode("latin-1"))
        if origin is None or origin != own_origin(headers):
            return await WebsocketDenier()(scope, receive, send)
        return await self.application(scope, receive, send)


async def refuse(scope: dict[str, Any], receive: Any, send: Any) -> Any:
    """Refuse a socket at an address that has none."""
    return await WebsocketDenier()(scope, receive, send)


websockets = OwnOriginOnly(
    URLRouter(
        [
            re_path(r"^ws/threads/(?P<pk>[1-9][0-9]{0,17})/$", ThreadConsumer.as_asgi()),
            re_path(r"", refuse),
        ]
    )
)
