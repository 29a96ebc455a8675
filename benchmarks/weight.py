"""What each page weighs for a phone that comes for the first time, and when it first shows something on a slow line.

A real Chromium opens each page of the demonstration, from an empty cache, as somebody who is not signed in. Bytes are
those of the line: compressed, with headers. The embedded server answers.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

from tests.browser import chromium
from tests.browser.addresses import PAGES, SOME
from tests.live.servers import start_embedded

SLOW = ("home", "campaign", "idea")
# 64 kbit/s with 300 ms: an old telephone at the edge of a settlement.
LINE = {"offline": False, "latency": 300, "downloadThroughput": 8000, "uploadThroughput": 8000}
KINDS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Image": "images", "Font": "fonts"}
FIRST_CONTENT = "performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)[0] ?? null"


class Weight(TypedDict):
    page: str
    html: int
    css: int
    js: int
    images: int
    fonts: int
    requests: int
    html_plain: int
    css_plain: int
    js_plain: int


class Shown(TypedDict):
    page: str
    first_content_ms: float
    loaded_ms: float


class Line:
    """What comes over a window's line, by kind: as sent, and as it is once unpacked."""

    def __init__(self, window: Any) -> None:
        self.kinds: dict[str, str] = {}
        self.sent: dict[str, int] = {}
        self.plain: dict[str, int] = {}
        self.cdp = window.context.new_cdp_session(window)
        self.cdp.send("Network.enable")
        self.cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.cdp.on("Network.responseReceived", self._received)
        self.cdp.on("Network.dataReceived", self._data)
        self.cdp.on("Network.loadingFinished", self._finished)

    def slow_down(self) -> None:
        self.cdp.send("Network.emulateNetworkConditions", LINE)

    def _received(self, event: dict[str, Any]) -> None:
        if not event["response"]["url"].startswith("data:"):
            self.kinds[event["requestId"]] = KINDS.get(event["type"], "other")

    def _data(self, event: dict[str, Any]) -> None:
        self.plain[event["requestId"]] = self.plain.get(event["requestId"], 0) + event["dataLength"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.sent[event["requestId"]] = int(event["encodedDataLength"])

    def bytes_of(self, kind: str, *, plain: bool = False) -> int:
        sizes = self.plain if plain else self.sent
        return sum(sizes.get(request, 0) for request, found in self.kinds.items() if found == kind)


@contextmanager
def window_of(browser: Any, site: Any) -> Iterator[Any]:
    """A telephone's window that has seen nothing yet, and brings in no helper that would load more behind it."""
    window = chromium.own_window(
        browser, site, viewport={"width": 360, "height": 720}, device_scale_factor=2, service_workers="block"
    )
    window.context.set_default_timeout(120_000)
    try:
        yield window
    finally:
        window.context.close()


def weigh(browser: Any, site: Any, name: str, address: str) -> Weight:
    with window_of(browser, site) as window:
        line = Line(window)
        window.goto(address, wait_until="networkidle")
        return Weight(
            page=name,
            html=line.bytes_of("html"),
            css=line.bytes_of("css"),
            js=line.bytes_of("js"),
            images=line.bytes_of("images"),
            fonts=line.bytes_of("fonts"),
            requests=len(line.kinds),
            html_plain=line.bytes_of("html", plain=True),
            css_plain=line.bytes_of("css", plain=True),
            js_plain=line.bytes_of("js", plain=True),
        )


def show_slowly(browser: Any, site: Any, name: str, address: str) -> Shown:
    with window_of(browser, site) as window:
        line = Line(window)
        line.slow_down()
        window.goto(address, wait_until="load", timeout=120_000)
        first = window.evaluate(FIRST_CONTENT)
        loaded = window.evaluate("performance.getEntriesByType('navigation')[0].loadEventStart")
        return Shown(page=name, first_content_ms=first, loaded_ms=loaded)


def run() -> dict[str, list[Any]]:
    """Return the table of page × bytes and that of the slow line; nothing where there is no Chromium."""
    if not Path(chromium.PATH).exists():
        print("weights and the slow line: not measured, Chromium is not installed")
        return {}
    with tempfile.TemporaryDirectory() as folder, start_embedded(Path(folder)) as site:
        site.manage("load_demo", "-v0")
        some = site.run(SOME)
        addresses = {name: address.format(**some) for name, address in PAGES.items()}
        with chromium.started() as browser:
            # Once for nothing, so that the server's first answers are not what is timed.
            for name, address in addresses.items():
                weigh(browser, site, name, address)
            weights = [weigh(browser, site, name, address) for name, address in addresses.items()]
            shown = [show_slowly(browser, site, name, addresses[name]) for name in SLOW]
    return {"weights": weights, "slow_line": shown}


def print_tables(found: dict[str, list[Any]]) -> None:
    if not found:
        return
    columns = ("html", "css", "js", "images", "fonts", "requests", "html+css+js", "unpacked")
    print(f"\n{'bytes on a first visit':<24}" + "".join(f"{name:>12}" for name in columns))
    for row in found["weights"]:
        text = row["html"] + row["css"] + row["js"]
        unpacked = row["html_plain"] + row["css_plain"] + row["js_plain"]
        numbers = [*(row[name] for name in columns[:6]), text, unpacked]
        print(f"{row['page']:<24}" + "".join(f"{number:>12}" for number in numbers))
    print(f"\n{'64 kbit/s, 300 ms, cold':<24}{'first content':>15}{'loaded':>12}")
    for row in found["slow_line"]:
        print(f"{row['page']:<24}{row['first_content_ms'] / 1000:>13.2f} s{row['loaded_ms'] / 1000:>10.2f} s")
