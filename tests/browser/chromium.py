"""Debian's Chromium as a resident has it: in Russian, with a profile that remembers nothing."""

import re
from contextlib import contextmanager

from playwright.sync_api import expect, sync_playwright

PATH = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=ru",
]
# How long a page may take for anything, on a machine that does other things too.
PATIENCE = 15_000


@contextmanager
def started():
    """A browser for as long as the block lasts. Playwright holds the thread's event loop meanwhile: keep it short."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def own_window(browser, site, **options):
    """A window of one person, who shares no cookie with the others; addresses are relative to the site."""
    options = {"locale": "ru-RU", "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options
    if site.certificate:
        # Chromium fetches no service worker from a site whose certificate nobody vouches for.
        options = {"service_workers": "block"} | options
    context = browser.new_context(base_url=site.url, ignore_https_errors=bool(site.certificate), **options)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


class Watch:
    """Writes down what a page does that nobody should ever see: errors, forbidden loads, requests to third parties."""

    def __init__(self, page, site):
        self.page, self.site, self.seen = page, site, []
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)

    def stop(self):
        """Look no further; return what was seen."""
        self.page.remove_listener("console", self._console)
        self.page.remove_listener("pageerror", self._error)
        self.page.remove_listener("request", self._request)
        return self.seen

    def expect(self, text):
        """What a test provokes on purpose is no fault; that it came is checked."""
        assert [line for line in self.seen if text in line] != [], self.seen
        self.seen = [line for line in self.seen if text not in line]

    def _console(self, message):
        # That the page itself was refused is what was asked for; everything else is not.
        refused = re.search(r"status of 40[34]", message.text)
        document = message.location.get("url") == message.page.url and refused
        # Where a window keeps service workers out, it says so.
        document = document or "blocked by Playwright" in message.text
        if message.type in ("error", "warning") and not document:
            self.seen.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _error(self, error):
        self.seen.append(f"error: {error}")

    def _request(self, request):
        if not request.url.startswith((self.site.url + "/", "data:")):
            self.seen.append(f"third party: {request.url}")
