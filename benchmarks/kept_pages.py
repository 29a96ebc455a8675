"""A page that is kept ready beside the same page made anew, and beside a static file of as many bytes."""

import tempfile
from pathlib import Path

from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory, override_settings
from servestatic import ServeStatic

from benchmarks.timing import Row, compare
from tests.factories import pages

TIMES = 200


def ask(application: WSGIHandler | ServeStatic, path: str) -> bytes:
    """Ask the application as a server does; return the body."""
    environ = RequestFactory().get(path, headers={"host": "testserver"}).environ
    said: list[str] = []
    answer = application(environ, lambda status, *_: said.append(status))
    try:
        body = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    assert said == ["200 OK"], said
    return body


def run() -> list[Row]:
    campaign = pages.campaign(slug="bench", intro="Решаем вместе.")
    pages.discussion(campaign)
    site, url = get_wsgi_application(), campaign.url
    caches["pages"].clear()

    def kept() -> bytes:
        with override_settings(PAGES_CACHE_SECONDS=300):
            return ask(site, url)

    def made() -> None:
        with override_settings(PAGES_CACHE_SECONDS=0):
            ask(site, url)

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "page.html").write_bytes(kept())
        files = ServeStatic(site, root=folder, prefix="bench/")

        def file() -> None:
            with override_settings(PAGES_CACHE_SECONDS=300):
                ask(files, "/bench/page.html")

        rows = [
            compare("a page kept ready, beside made anew", kept, made, times=TIMES),
            compare("a page kept ready, beside a static file", kept, file, times=TIMES),
        ]
    caches["pages"].clear()
    return rows
