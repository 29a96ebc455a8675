"""On paper: the text and its dates, in black on white, whatever the screen shows."""

import pytest
from playwright.sync_api import expect

from tests.browser.addresses import PAGES, SOME
from tests.browser.chromium import own_window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# A4 between its margins.
SHEET = {"width": 672, "height": 986}
PALE = """
() => [...document.querySelectorAll("main *")]
  .filter((one) => one.checkVisibility() && one.innerText?.trim() && !one.children.length)
  .map((one) => [one.outerHTML.slice(0, 100), getComputedStyle(one).color.match(/\\d+/g).map(Number)])
  .filter(([, [red, green, blue]]) => Math.max(red, green, blue) > 0x60)
  .map(([text]) => text)
"""


@pytest.fixture(scope="module")
def some(embedded_demo):
    return embedded_demo.run(SOME)


@pytest.fixture(scope="module")
def paper(browser, embedded_demo):
    """A sheet, from a screen that is dark and shows the version for the visually impaired in white on black."""
    page = own_window(browser, embedded_demo, viewport=SHEET, color_scheme="dark")
    page.context.add_cookies([{"name": "vision", "value": "large.white-on-black.wide.on", "url": embedded_demo.url}])
    page.emulate_media(media="print")
    yield page
    page.context.close()


@pytest.mark.parametrize("name", ["home", "campaign", "discussion", "cycle", "idea", "news", "questions"])
def test_page_is_printed_as_text(paper, some, name):
    paper.goto(PAGES[name].format(**some))

    expect(paper.get_by_role("heading", level=1)).to_be_visible()
    for furniture in (paper.get_by_role("navigation"), paper.locator("form, button")):
        assert furniture.filter(visible=True).count() == 0
    assert paper.evaluate(PALE) == []
    assert paper.evaluate("document.documentElement.scrollWidth") <= SHEET["width"]


def test_closed_folds_are_printed_open(paper):
    paper.goto(PAGES["questions"])

    answers = paper.get_by_role("main").locator("details > :not(summary)")

    assert answers.count() > 0
    assert answers.filter(visible=False).count() == 0
