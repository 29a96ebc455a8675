"""Voting from a card and from the idea's page, in a real browser, without leaving the place."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Watch, own_window
from tests.browser.people import sign_up

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CYCLE = """
from crowd.campaigns.models import CampaignPage
from tests.factories.ideas import idea
from tests.factories.pages import cycle as cycle_page
cycle = cycle_page(CampaignPage.objects.get(slug="cifrovye-servisy"), title="Голоса", slug="golosa", voting="both")
author = people.person(display_name="Автор Двух")
made = [idea(cycle, author=author, title=f"Идея для голоса {number}") for number in range(2)]
print(json.dumps([cycle.url, made[0].pk]))
"""


@pytest.fixture
def page(browser, embedded_demo):
    page = own_window(browser, embedded_demo, viewport={"width": 320, "height": 640})
    watch = Watch(page, embedded_demo)
    yield page
    page.context.close()
    assert watch.seen == []


def test_resident_votes_from_a_card_and_changes_on_the_page(page, embedded_demo):
    url, pk = embedded_demo.run(CYCLE)
    sign_up(page, embedded_demo, "Мария Голосующая", "voter@example.org")
    page.goto(url)
    card, count = page.locator(f"#idea-{pk}"), page.locator(f"[data-votes-for='{pk}']")

    card.get_by_role("button", name="Поддержать: Идея для голоса 0").click()
    expect(card.get_by_text("Вы поддержали.")).to_be_visible()
    expect(count).to_have_text("1")
    expect(card.get_by_role("button", name="Отозвать голос")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{re.escape(url)}$"))

    card.get_by_role("link", name="Идея для голоса 0").click()
    expect(page.get_by_text("Вы поддержали эту идею.")).to_be_visible()
    page.get_by_role("button", name="Против").click()
    expect(page.get_by_text("Вы проголосовали против.")).to_be_visible()
    expect(count).to_have_text("0")
    page.get_by_role("button", name="Отозвать голос").click()
    expect(page.get_by_role("button", name="Поддержать")).to_be_visible()
    expect(page.locator(f"[data-votes-against='{pk}']")).to_have_text("0")
