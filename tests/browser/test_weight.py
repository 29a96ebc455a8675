"""What comes over the line at a first visit of each kind of page, and what of it holds up the first sight."""

import pytest
import requests

from benchmarks.weight import Line
from tests.browser.addresses import PAGES, RESIDENT, SIGNED_IN, SOME
from tests.browser.chromium import own_window
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Bytes as sent, with headers.
MOST, MOST_SCRIPT = 60_000, 20_000
# 64 kbit/s bring 8 kB a second; what must be there before anything is shown takes less than half of ten seconds.
MOST_BEFORE_FIRST_SIGHT = 36_000
BLOCKING = """
performance.getEntriesByType("resource")
  .filter(({renderBlockingStatus}) => renderBlockingStatus === "blocking")
  .map(({name}) => new URL(name).pathname)
"""


@pytest.fixture(scope="module")
def some(embedded_demo):
    return embedded_demo.run(SOME)


@pytest.fixture(scope="module")
def signed_in(browser, embedded_demo):
    """The cookies of a resident, for windows that have seen nothing yet."""
    page = own_window(browser, embedded_demo)
    sign_in(page, RESIDENT)
    cookies = page.context.cookies()
    page.context.close()
    return cookies


@pytest.fixture(scope="module")
def helper_bytes(embedded_demo):
    """The helper for reading without a line comes after everything else; it is a script all the same."""
    answer = requests.get(f"{embedded_demo.url}/sw.js", headers={"Accept-Encoding": "gzip"}, timeout=10)
    return int(answer.headers["Content-Length"])


def first_visit(browser, site, address, cookies=()):
    page = own_window(browser, site, service_workers="block", viewport={"width": 360, "height": 720})
    page.context.add_cookies(list(cookies))
    line = Line(page)
    page.goto(address, wait_until="networkidle")
    blocking = page.evaluate(BLOCKING)
    page.context.close()
    return line, blocking


@pytest.mark.parametrize(
    ("name", "of"), [*((name, "reader") for name in PAGES), *((name, "resident") for name in SIGNED_IN)]
)
def test_first_visit_weighs_little(browser, embedded_demo, some, signed_in, helper_bytes, name, of):
    address, cookies = (PAGES[name], ()) if of == "reader" else (SIGNED_IN[name], signed_in)

    line, _blocking = first_visit(browser, embedded_demo, address.format(**some), cookies)

    sizes = {kind: line.bytes_of(kind) for kind in ("html", "css", "js")}
    sizes["js"] += helper_bytes
    assert min(sizes.values()) > 0, sizes
    assert sizes["js"] <= MOST_SCRIPT, sizes
    assert sum(sizes.values()) <= MOST, sizes


@pytest.mark.parametrize("name", ["home", "campaign", "idea"])
def test_first_sight_waits_for_little(browser, embedded_demo, some, name):
    line, blocking = first_visit(browser, embedded_demo, PAGES[name].format(**some))

    assert {path for path in blocking if not path.startswith("/static/css/")} == set()
    assert line.bytes_of("html") + line.bytes_of("css") <= MOST_BEFORE_FIRST_SIGHT
