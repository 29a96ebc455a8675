"""A phase ends while somebody still types or looks: the answer is 409, says why, and what was typed is kept."""

import pytest
from playwright.sync_api import expect

from tests.browser import looks
from tests.browser.chromium import own_window
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CYCLE = """
from crowd.campaigns.models import CampaignPage
from tests.factories.ideas import idea
from tests.factories.pages import cycle as cycle_page
campaign = CampaignPage.objects.get(slug="cifrovye-servisy")
cycle = cycle_page(campaign, title="Закрывается {number}", slug="zakryvaetsya-{number}")
author = people.person(display_name="Автор До Закрытия", email="closing-{number}@example.org")
print(json.dumps([cycle.pk, idea(cycle, author=author, title="Фонари у школы").get_absolute_url()]))
"""
CLOSE = """
from datetime import timedelta
from crowd import clock
from crowd.campaigns.models import Phase
closed = Phase.objects.filter(page_id={pk}).update(closes_at=clock.now() - timedelta(seconds=1))
print(json.dumps(closed))
"""
TYPED = "У школы темно уже в четыре часа дня, дети идут по дороге."


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def scripts(request):
    return request.param


@pytest.fixture
def page(browser, embedded_demo, scripts):
    page = own_window(browser, embedded_demo, java_script_enabled=scripts, viewport={"width": 320, "height": 640})
    sign_in(page, f"resident{11 + scripts}@example.org")
    yield page
    page.context.close()


def test_idea_that_comes_too_late_keeps_its_text(page, embedded_demo, scripts):
    cycle, _url = embedded_demo.run(CYCLE.replace("{number}", str(1 + scripts)))
    page.goto(f"/ideas/new/?cycle={cycle}")
    page.get_by_label("Название").fill("Свет у школы")
    page.get_by_label("В чём проблема").fill(TYPED)
    assert embedded_demo.run(CLOSE.format(pk=cycle)) > 0

    with page.expect_response(lambda answer: answer.request.method == "POST" and "/ideas/new/" in answer.url) as posted:
        page.get_by_role("button", name="Отправить идею").click()

    assert posted.value.status == 409
    expect(page.get_by_role("main")).to_contain_text("Приём идей сейчас закрыт.")
    expect(page.get_by_label("В чём проблема")).to_have_value(TYPED)
    expect(page.get_by_label("Название")).to_have_value("Свет у школы")
    if scripts:
        assert looks.faults_of_widths(page, 320) == []


def test_vote_that_comes_too_late_is_refused_in_words(page, embedded_demo, scripts):
    cycle, url = embedded_demo.run(CYCLE.replace("{number}", str(3 + scripts)))
    page.goto(url)
    votes = page.locator("[data-votes-for]").first.inner_text()
    assert embedded_demo.run(CLOSE.format(pk=cycle)) > 0

    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.url.endswith("/vote/")
    ) as posted:
        page.get_by_role("button", name="Поддержать").click()

    assert posted.value.status == 409
    expect(page.get_by_role("main")).to_contain_text("олосование")
    page.goto(url)
    expect(page.locator("[data-votes-for]").first).to_have_text(votes)
