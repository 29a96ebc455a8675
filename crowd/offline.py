"""Reading without a line: the helper that browsers run for it, and the page that lists what can be read then."""

import hashlib
import re
from functools import lru_cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from crowd.settings.env import BASE_DIR

SCRIPTS = BASE_DIR / "static" / "js"
# A line that only tells a reader of the source why: a phone on a slow line need not fetch it.
REMARK = re.compile(r"^ *//.*\n", re.MULTILINE)


def script() -> str:
    """Return the helper's text. A version stands in front, so that browsers renew it where any static file changed."""
    if not settings.OFFLINE_READING:
        return (SCRIPTS / "sw-off.js").read_text(encoding="utf-8")
    source = (SCRIPTS / "sw.js").read_text(encoding="utf-8")
    return f'const VERSION = "{_version()}";\n' + REMARK.sub("", source)


def _version() -> str:
    """Return the hash of the static files' names, which hold those of their contents; where there is none, of ours."""
    known: str = getattr(staticfiles_storage, "manifest_hash", "")
    return known or _hash_of_files()


@lru_cache(maxsize=1)
def _hash_of_files() -> str:
    files = sorted(path for path in SCRIPTS.parent.rglob("*") if path.suffix in {".css", ".js"})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _etag(_request: HttpRequest) -> str:
    return f'"{hashlib.sha256(script().encode()).hexdigest()[:24]}"'


@require_safe
@condition(etag_func=_etag)
def service_worker(_request: HttpRequest) -> HttpResponse:
    """Serve the helper from the root, because it answers for pages at and beneath its own address only."""
    response = HttpResponse(script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/offline.html")
