"""Every kind of page in a real browser, as who reads only and as who is signed in: whole, quiet, narrow, accessible."""

import json
import re
from urllib.parse import urljoin, urlsplit

import pytest

from home.management.commands.load_demo import DEFAULT_PASSWORD
from tests.browser.addresses import PAGES, RESIDENT, SIGNED_IN, SOME, STATUS
from tests.browser.chromium import Watch, own_window
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LINKS = "[...document.querySelectorAll('a[href]')].map((link) => link.href)"


@pytest.fixture(scope="module")
def some(embedded_demo):
    return embedded_demo.run(SOME)


@pytest.fixture(scope="module")
def reader(browser, embedded_demo):
    page = own_window(browser, embedded_demo)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def resident(browser, embedded_demo):
    page = own_window(browser, embedded_demo)
    sign_in(page, RESIDENT, DEFAULT_PASSWORD)
    yield page
    page.context.close()


def faults_of(page, site, address, status):
    """All that is wrong with a page, in words."""
    watch, faults = Watch(page, site), []
    answer = page.goto(address)
    if answer.status != status:
        faults.append(f"status {answer.status}")
    for viewport in (NARROW, WIDE):
        page.set_viewport_size(viewport)
        if wider := page.evaluate(OVERFLOW):
            faults.append(f"{wider} px too wide at {viewport['width']}")
    page.wait_for_load_state("networkidle")
    faults += watch.stop()
    return faults


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole_to_a_reader(reader, embedded_demo, some, name):
    faults = faults_of(reader, embedded_demo, PAGES[name].format(**some), STATUS.get(name, 200))

    assert "\n".join(faults) == ""


@pytest.mark.parametrize("name", SIGNED_IN)
def test_page_is_whole_to_a_resident(resident, embedded_demo, some, name):
    faults = faults_of(resident, embedded_demo, SIGNED_IN[name].format(**some), STATUS.get(name, 200))

    assert "\n".join(faults) == ""


@pytest.mark.parametrize("name", PAGES)
def test_page_speaks_russian(reader, some, name):
    reader.goto(PAGES[name].format(**some))

    words = set(re.findall(r"\b[A-Za-z]{3,}\b", reader.locator("body").inner_text()))

    # The name of the other language, formats of files, and what is called so in Russian too.
    assert words - {"English", "JPEG", "PNG", "WebP", "PDF", "CSV", "Rutube", "cookie"} == set()


@pytest.mark.parametrize("name", ["home", "campaign"])
def test_every_link_answers(reader, embedded_demo, name):
    reader.goto(PAGES[name])

    own = {link.split("#")[0] for link in reader.evaluate(LINKS) if urlsplit(link).netloc == netloc(embedded_demo)}
    statuses = {link: reader.request.get(link).status for link in sorted(own)}

    assert len(statuses) > 10
    assert {link: status for link, status in statuses.items() if status != 200} == {}


def netloc(site):
    return urlsplit(urljoin(site.url, "/")).netloc


def test_page_weighs_little(reader, some):
    """What a phone at the end of a slow line has to load before it can read an idea."""
    reader.goto(PAGES["idea"].format(**some), wait_until="networkidle")

    sizes = reader.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".map((entry) => [entry.name, entry.transferSize])"
    )

    assert sum(size for _name, size in sizes) < 200_000, json.dumps(sizes)
