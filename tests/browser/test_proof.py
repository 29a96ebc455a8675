"""A newcomer who posts a link: the browser works for it by itself, says so, and may be told to stop."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Watch, own_window
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PLACE = """
from crowd.campaigns.models import CampaignPage
from tests.factories.accounts import account
from tests.factories.pages import discussion
page = discussion(CampaignPage.objects.get(slug="cifrovye-servisy"), title="Ссылки", slug="ssylki-{name}")
newcomer = account(email="{name}@example.org", display_name="Новичок", standing="newcomer")
for text in ConsentText.objects.all():
    Consent.objects.create(person=newcomer, text=text)
print(json.dumps(page.url))
"""
STATES = """
from discussions.models import Comment
print(json.dumps(list(Comment.objects.filter(body__contains="{name}").values_list("moderation", flat=True))))
"""
# Long enough that nobody is quicker to stop than the worker to end.
ENDLESS = """
const Real = Worker;
window.Worker = class extends Real {
  postMessage(task) { super.postMessage({ ...task, challenge: "0".repeat(64), maxnumber: 1e9 }); }
};
"""
# The script's patience passes as quickly as nobody's would.
HASTY = """
const real = window.setTimeout;
window.setTimeout = (work, wait, ...rest) => real(work, wait === 8000 ? 50 : wait, ...rest);
"""
PASSWORD = "correct horse battery"


@pytest.fixture
def page(browser, embedded_demo):
    page = own_window(browser, embedded_demo, viewport={"width": 320, "height": 640})
    watch = Watch(page, embedded_demo)
    yield page
    page.context.close()
    assert watch.seen == []


def write(page, site, name):
    url = site.run(PLACE.replace("{name}", name))
    sign_in(page, f"{name}@example.org", PASSWORD)
    page.goto(url)
    page.get_by_label("Ваш комментарий").fill(f"Смотрите https://{name}.example.org/")
    page.get_by_role("button", name="Отправить", exact=True).click()


def test_a_link_is_public_after_the_browser_has_worked(page, embedded_demo):
    write(page, embedded_demo, "worked")

    expect(page.locator(".comment", has_text="worked.example.org")).to_be_visible()
    assert embedded_demo.run(STATES.replace("{name}", "worked")) == ["published"]


def test_who_does_not_wait_sends_it_to_a_moderator(page, embedded_demo):
    page.add_init_script(ENDLESS)
    write(page, embedded_demo, "stopped")
    expect(page.locator("[data-proof-said]")).to_contain_text("Проверяем, что пишет не робот")

    page.get_by_role("button", name="Отправить без проверки").click()

    expect(page.locator(".comment", has_text="stopped.example.org")).to_be_visible()
    assert embedded_demo.run(STATES.replace("{name}", "stopped")) == ["pending"]


def test_a_server_that_does_not_answer_holds_nothing_up(page, embedded_demo):
    page.add_init_script(HASTY)
    page.route("**/proof/challenge/**", lambda _route: None)

    write(page, embedded_demo, "silent")

    expect(page.locator(".comment", has_text="silent.example.org")).to_be_visible()
    assert embedded_demo.run(STATES.replace("{name}", "silent")) == ["pending"]
