"""Sockets, and HTTP beside them: all of it embedded, in production only the signs of life (HTTP proper is WSGI)."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.settings.production")
django_application = get_asgi_application()

# Only now are the apps ready to be imported.
from discussions.routing import websockets  # noqa: E402

SIGNS_OF_LIFE = frozenset({"/healthz", "/readyz", "/metrics"})


async def http(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if settings.HTTP_BESIDE_SOCKETS or scope["path"] in SIGNS_OF_LIFE:
        await django_application(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body"})


application = ProtocolTypeRouter({"http": http, "websocket": websockets})
