"""Answers visitors who are not signed in from the cache; says of every page who may keep it."""

import gzip
import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from hashlib import sha256
from itertools import count
from secrets import token_urlsafe

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe
from prometheus_client import Counter

from crowd.memo import one_reading
from crowd.pages_cache import rules, store
from crowd.pages_cache.rules import Address
from crowd.pages_cache.shown import Shown, tell_watchers
from crowd.pages_cache.store import Away, Entry, State

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# How long to wait for the one who renders, and how often to look: ever more seldom, since looking slows what renders.
# On a loaded machine a page takes seconds; whoever then made it too would only lengthen that for all.
LONGEST_WAIT, LOOK_AGAIN, LONGEST_PAUSE = 8.0, 0.02, 0.25
MOST_REMEMBERED = 1000
GZIP = re.compile(r"\bgzip\b")

answers = Counter("crowd_pages", "Answers to visitors who are not signed in, by where they came from.", ["source"])


class PagesCache:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # When this process last knew an entry to be right, by its id.
        self._right: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = rules.address_of(request)
        if address is not None:
            rules.ask_plainly(request, address)
        if address is None or not settings.PAGES_CACHE_SECONDS:
            return self._make(request, None)
        try:
            entry, locked = self._find(address)
        except Away:
            answers.labels("away").inc()
            return self._make(request, None)
        if entry is not None:
            answers.labels("cache").inc()
            tell_watchers(request, entry.seen)
            return _answer(request, entry)
        try:
            return self._make(request, address)
        finally:
            if locked:
                _unlock(address)

    def _find(self, address: Address) -> tuple[Entry | None, bool]:
        """Return the page if it may be shown; else whether others wait for the one that is made now.

        A page to which only something was added is shown a little longer: first to everybody, then while one of them
        makes it anew. A page of which something was changed or taken away is shown to nobody.
        """
        end = time.monotonic() + LONGEST_WAIT
        seen: str | None = None
        for turn in count():
            entry, behind = self._look(address)
            if not turn:
                seen = entry.id if entry else None
            if entry is not None and _is_fresh(behind):
                return entry, False
            if store.take_lock(address):
                return self._begin(address, waited=turn > 0, seen=seen)
            if entry is not None and behind <= settings.PAGES_CACHE_BEHIND_SECONDS:
                return entry, False
            if time.monotonic() > end:
                break
            time.sleep(min(LOOK_AGAIN * 1.5**turn, LONGEST_PAUSE))
        return None, False

    def _begin(self, address: Address, *, waited: bool, seen: str | None) -> tuple[Entry | None, bool]:
        """The lock is ours. Look once more: whoever had it may just have kept the page.

        Where we waited and nothing was kept, nothing will be: who still waits need not do so one by one.
        """
        entry, behind = self._look(address)
        if entry is not None and _is_fresh(behind):
            store.give_lock(address)
            return entry, False
        if waited and seen == (entry.id if entry else None):
            store.give_lock(address)
            return None, False
        return None, True

    def _look(self, address: Address) -> tuple[Entry | None, float]:
        """Return what is kept, and for how many seconds at most it has been behind: 0 for right, infinite for wrong."""
        asked = time.monotonic()
        entry = store.get(address)
        if entry is None:
            return None, float("inf")
        state = store.state(entry)
        if state is State.RIGHT:
            self._remember(entry.id, asked)
            return entry, 0.0
        known = self._right.get(entry.id) if state is State.BEHIND else None
        return entry, time.monotonic() - known if known is not None else float("inf")

    def _remember(self, entry_id: str, moment: float) -> None:
        if len(self._right) >= MOST_REMEMBERED and entry_id not in self._right:
            self._right.clear()
        self._right[entry_id] = moment

    def _make(self, request: HttpRequest, address: Address | None) -> HttpResponseBase:
        """Let the page be made; keep it, where there is an address for it and it may be everybody's."""
        shown = Shown(kept=address is not None and request.method == "GET")
        request.shown = shown  # type: ignore[attr-defined]
        with one_reading(shown) if request.method in {"GET", "HEAD"} else nullcontext():
            response = self.get_response(request)
        tell_watchers(request, shown.seen)
        if not shown.tags or not rules.may_publish(request, response):
            _keep_private(response)
            return response
        assert isinstance(response, HttpResponse)
        _make_public(response)
        if address is not None and shown.kept:
            self._keep(address, shown, response)
        return _conditional(request, response)

    def _keep(self, address: Address, shown: Shown, response: HttpResponse) -> None:
        left = (shown.ends or 0.0) - time.monotonic()
        seconds = int(min(left, settings.PAGES_CACHE_SECONDS))
        if seconds < 1:
            return
        # Compressed once, not for each reader; and the cache holds four times as many.
        body = gzip.compress(response.content, mtime=0)
        entry = Entry(token_urlsafe(9), address.text, list(response.items()), body, shown.versions, shown.seen)
        try:
            store.keep(address, entry, seconds)
        except Away:
            return
        answers.labels("made").inc()
        self._remember(entry.id, shown.began)


def _is_fresh(behind: float) -> bool:
    """Say whether a page is shown as it is, without a thought of making it anew."""
    return behind <= settings.PAGES_CACHE_BEHIND_SECONDS / 3


def _unlock(address: Address) -> None:
    try:
        store.give_lock(address)
    except Away:
        # It ends by itself.
        return


def _answer(request: HttpRequest, entry: Entry) -> HttpResponseBase:
    headers = dict(entry.headers)
    if not GZIP.search(request.headers.get("Accept-Encoding", "")):
        return _conditional(request, HttpResponse(gzip.decompress(entry.body), headers=headers))
    # As Django's own compression says it: the same page in other bytes.
    headers |= {
        "Content-Encoding": "gzip",
        "Content-Length": str(len(entry.body)),
        "ETag": f"W/{headers['ETag']}",
        "Vary": f"{headers['Vary']}, Accept-Encoding",
    }
    return _conditional(request, HttpResponse(entry.body, headers=headers))


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Say 304 to who has this very page already."""
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    return get_conditional_response(request, response["ETag"], modified, response) or response


def _make_public(response: HttpResponse) -> None:
    response["Cache-Control"] = rules.PUBLIC
    response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    # The address alone says the language, whatever the frame's middleware thinks.
    vary = [name.strip() for name in response.get("Vary", "").split(",")]
    response["Vary"] = ", ".join(name for name in vary if name and name.lower() != "accept-language")
    patch_vary_headers(response, ["Cookie", "Accept"])


def _keep_private(response: HttpResponseBase) -> None:
    """A page that is not everybody's is kept by nobody, unless it says itself by whom."""
    if "Cache-Control" not in response and response.get("Content-Type", "").startswith(
        ("text/html", "application/json")
    ):
        response["Cache-Control"] = rules.PRIVATE
