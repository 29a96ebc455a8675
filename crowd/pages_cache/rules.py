"""Which requests may be answered from the cache, and which answers may be shown to everybody. Asks no database."""

import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit
from zlib import crc32

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from crowd.views import wants_json
from crowd.vision import Vision

# Beneath these nothing is a public page: not worth a look into the cache.
UNKEPT = re.compile(
    r"^/(?:[a-z]{2}/)?(?:accounts|admin|attachments|documents|me|media|proof|search|static|vision|_components)/"
    r"|^/(?:healthz|readyz|metrics)$"
)
LONGEST_PATH, LONGEST_QUERY, MOST_FIELDS = 300, 500, 20
# What a list may be asked for; anything else is answered, but not kept.
WORD = re.compile(r"[\w.-]{1,60}")
KNOWN = {
    "order": WORD,
    "sector": WORD,
    "municipality": WORD,
    "status": WORD,
    "tag": WORD,
    "page": re.compile(r"[1-9][0-9]?"),
    # Where a list goes on: an earlier page has given it.
    "after": re.compile(r"[\w.:+~-]{1,120}"),
}
# What others hang on a link to see where readers came from: no page is different for it.
FOREIGN = re.compile(r"utm_\w+|fbclid|gclid|yclid|_openstat")
# A page has one place for its plain form, and this many for all others: however many addresses, hosts and settings are
# tried, a page takes no more room.
PLACES = 32

PUBLIC_TYPES = frozenset({"text/html", "application/atom+xml", "application/xml", "text/plain"})
PUBLIC = "public, max-age=0, must-revalidate"
PRIVATE = "private, no-store"
UNSHARED = re.compile(r"\b(?:private|no-store|no-cache)\b")
# The policy of an answer that is not the site's own one would be lost on the way through the cache.
POLICIES = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


@dataclass(frozen=True)
class Address:
    """All that a public page depends on besides its contents. The language stands in the path."""

    origin: str
    path: str
    query: str
    vision: str

    @property
    def text(self) -> str:
        return f"{self.origin}{self.path}?{self.query}#{self.vision}"

    @property
    def name(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    @property
    def place(self) -> str:
        plain = not self.query and self.vision == Vision().key and urlsplit(self.origin).netloc == _own_host()
        place = 0 if plain else 1 + crc32(self.text.encode()) % PLACES
        return f"{sha256(self.path.encode()).hexdigest()}.{place}"


def _own_host() -> str:
    return urlsplit(settings.SITE_URL).netloc


def is_anonymous(request: HttpRequest) -> bool:
    """Say whether the request names nobody: no session at all, whatever would be in it."""
    cookies = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
    return not any(name in request.COOKIES for name in cookies) and "Authorization" not in request.headers


def address_of(request: HttpRequest) -> Address | None:
    """Return the address at which the answer may be kept; None where it must be made anew."""
    if request.method not in {"GET", "HEAD"} or not is_anonymous(request) or wants_json(request):
        return None
    if len(request.path) > LONGEST_PATH or UNKEPT.match(request.path):
        return None
    query = _normal_query(request.META.get("QUERY_STRING", ""))
    if query is None:
        return None
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    return Address(f"{request.scheme}://{host}", request.path, query, Vision.of(request).key)


def _normal_query(raw: str) -> str | None:
    """Return the fields that a page depends on, in one order; None where one is not known."""
    if len(raw) > LONGEST_QUERY:
        return None
    try:
        fields = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    wanted = [(name, value) for name, value in fields if not FOREIGN.fullmatch(name) and (value or name not in KNOWN)]
    wanted = [(name, value) for name, value in wanted if (name, value) != ("q", "")]
    if len({name for name, _ in wanted}) != len(wanted):
        return None
    if any(name not in KNOWN or not KNOWN[name].fullmatch(value) for name, value in wanted):
        return None
    return urlencode(sorted(wanted))


def ask_plainly(request: HttpRequest, address: Address) -> None:
    """Let the page be made for its normal address: what one reader's link carried is not for the next reader."""
    if request.META.get("QUERY_STRING", "") != address.query:
        request.META["QUERY_STRING"] = address.query
        request.__dict__.pop("GET", None)


def may_publish(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Say whether everybody may be given this answer: nothing in it was made for one reader."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200  # noqa: PLR2004 - OK
        and is_anonymous(request)
        and request.method in {"GET", "HEAD"}
        and response.get("Content-Type", "").partition(";")[0] in PUBLIC_TYPES
        and not UNSHARED.search(response.get("Cache-Control", ""))
        and "*" not in response.get("Vary", "")
        and not _is_personal(request, response)
    )


def _is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    """Say whether the answer holds a cookie, a token, a nonce, a message, or a name."""
    person = getattr(request, "user", None)
    return bool(
        response.cookies
        or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        or getattr(request, "_csp_nonce", None)
        or any(hasattr(response, policy) for policy in POLICIES)
        or len(get_messages(request))
        or (person is not None and person.is_authenticated)
    )
