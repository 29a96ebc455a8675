"""Compression of what the product itself sends: who may be compressed is known here, not in the proxy."""

from collections.abc import AsyncIterator, Awaitable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from crowd.pages_cache.rules import is_anonymous

TEXTS = frozenset(
    {
        "application/atom+xml",
        "application/javascript",
        "application/json",
        "application/ld+json",
        "application/manifest+json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/xml",
    }
)
# Files are small here; what is larger goes as it is.
MOST_BYTES = 1_000_000


class _Exact(GZipMiddleware):
    max_random_bytes = 0


class Compression(GZipMiddleware):
    """Compresses text where its size betrays nothing.

    The size of a compressed page tells whoever listens on the line whether something they slipped into it repeats
    something secret in it (BREACH). Public answers and static files hold nothing secret. A private page is compressed
    where it is nobody's, or where the address brings nothing along (no query, no posted form), with a random number of
    bytes added; Django's form tokens look different in every answer anyway.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or response.get("Content-Type", "").partition(";")[0].strip() not in TEXTS:
            return response
        if "public" in response.get("Cache-Control", "").lower() or request.path.startswith(settings.STATIC_URL):
            return _Exact(self.get_response).process_response(request, cast("HttpResponse", response))
        if request.method != "GET" or (request.META.get("QUERY_STRING") and not is_anonymous(request)):
            return response
        return super().process_response(request, cast("HttpResponse", response))

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """Compress without a change of threads; gather a static file first, which comes as a stream."""
        response = await cast("Awaitable[HttpResponseBase]", self.get_response(request))
        if request.path.startswith(settings.STATIC_URL):
            response = await _gathered(response)
        return self.process_response(request, response)


async def _gathered(response: HttpResponseBase) -> HttpResponseBase:
    """Return a small whole text in one piece; anything else as it is."""
    stream = isinstance(response, StreamingHttpResponse) and response.is_async and response.status_code == 200  # noqa: PLR2004
    text = response.get("Content-Type", "").partition(";")[0] in TEXTS and not response.has_header("Content-Encoding")
    if not (stream and text and int(response.get("Content-Length", str(MOST_BYTES))) < MOST_BYTES):
        return response
    parts = cast("AsyncIterator[bytes]", cast("StreamingHttpResponse", response).streaming_content)
    whole = HttpResponse(b"".join([part async for part in parts]), headers=dict(response.items()))
    response.close()
    return whole
