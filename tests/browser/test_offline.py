"""Reading without a line: what was read before can be read again, and nothing private is ever kept."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import own_window
from tests.browser.people import sign_in
from tests.live.processes import wait_until
from tests.live.servers import healthy, start_embedded

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CAMPAIGN = "/cifrovye-servisy/"
# Seconds: browsers look for a new helper at their own pace.
PATIENCE = 30
GONE = "navigator.serviceWorker.getRegistration().then((found) => !found)"
READY = "navigator.serviceWorker.ready.then(() => true)"
KEPT = """
async () => {
  const kept = {};
  for (const name of await caches.keys())
    kept[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
  return kept;
}
"""


@pytest.fixture
def page(browser, embedded_demo):
    page = own_window(browser, embedded_demo)
    yield page
    page.context.close()


def kept(page):
    return page.evaluate(KEPT).get("pages", [])


def read(page, address):
    page.goto(address)
    page.evaluate(READY)
    wait_until(lambda: address in kept(page), f"{address} to be kept")


def test_page_is_read_again_without_a_line(page):
    """The very first page too, which was loaded before there was anybody to keep it."""
    read(page, CAMPAIGN)
    title = page.get_by_role("heading", level=1).inner_text()
    expect(page.locator("[data-saved-note]")).to_be_hidden()

    page.context.set_offline(True)
    page.goto(CAMPAIGN)

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    note = page.locator("[data-saved-note]")
    expect(note).to_be_visible()
    expect(note.get_by_role("status")).to_contain_text("Нет связи: вы читаете сохранённую страницу от ")
    # It looks as it did: its style is kept too.
    assert page.evaluate("getComputedStyle(document.body).display") == "flex"
    page.context.set_offline(False)
    note.get_by_role("link", name="Попробовать ещё раз").click()
    expect(page.locator("[data-saved-note]")).to_be_hidden()


def test_page_that_is_not_kept_gives_the_list_of_what_is(page):
    read(page, "/")
    read(page, CAMPAIGN)
    title = page.get_by_role("heading", level=1).inner_text()

    page.context.set_offline(True)
    page.goto("/o-proekte/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Нет связи")
    page.get_by_role("main").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.goto("/en/nothing/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_private_pages_are_not_kept(page):
    read(page, "/")
    sign_in(page, "resident5@example.org")
    for address in ("/me/", "/me/edit/", "/accounts/email/", CAMPAIGN, "/search/?q=площадок"):
        page.goto(address, wait_until="networkidle")

    assert kept(page) == ["/"]
    texts = page.evaluate(
        "async () => { const cache = await caches.open('pages'); const found = await cache.matchAll();"
        " return Promise.all(found.map((one) => one.text())) }"
    )
    assert [text for text in texts if "csrfmiddlewaretoken" in text or "data-person" in text] == []
    page.context.set_offline(True)
    page.goto("/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Нет связи")


def test_page_kept_from_before_signing_in_wipes_no_draft(page):
    """It does not know who is signed in, so it says nothing about it."""
    read(page, "/")
    sign_in(page, "resident5@example.org")
    page.goto("/accounts/email/")
    key = f"draft:{page.locator('body').get_attribute('data-person')}:idea-1"
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, "{}"])

    page.context.set_offline(True)
    page.goto("/")
    expect(page.locator("[data-saved-note]")).to_be_visible()

    assert page.evaluate("(key) => localStorage.getItem(key)", key) == "{}"


@pytest.mark.embedded
def test_helper_forgets_all_where_it_is_turned_off(browser, tmp_path):
    with start_embedded(tmp_path) as site:
        page = own_window(browser, site)
        read(page, "/")
        server = site.processes["embedded"]
        server.stop()
        page.goto("/")
        expect(page.locator("[data-saved-note]")).to_be_visible()

        server.environment["OFFLINE_READING"] = "0"
        server.start()
        server.wait()
        wait_until(lambda: healthy(site.url), "the server without the helper")
        page.goto("/")

        wait_until(lambda: page.evaluate(KEPT) == {}, "everything to be forgotten", seconds=PATIENCE)
        wait_until(lambda: page.evaluate(GONE), "the helper to go", seconds=PATIENCE)
        expect(page.locator("body")).not_to_have_attribute("data-worker", re.compile("."))
        page.context.close()
