"""What was done, how many took part, who the experts are: on the home page and the campaign's."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from crowd.campaigns.documents import page_text
from crowd.campaigns.models import CampaignPage
from crowd.campaigns.parts import CampaignExpert, CampaignOutcome, validate_link
from home.actions import count_participation
from home.models import HomePage, Participation
from home.queries import home_context
from ideas.models import Idea
from tests.factories import comments, ideas
from tests.factories.pages import campaign
from tests.factories.people import person
from tests.factories.pictures import picture

pytestmark = pytest.mark.django_db


def outcome(page, title="Автобусы на карте", on=date(2026, 11, 1), **fields):
    return CampaignOutcome.objects.create(page=page, title=title, done_on=on, **fields)


def test_home_shows_the_latest_of_what_was_done(client):
    page = campaign()
    first = outcome(page, "Раньше", date(2026, 1, 1), link="/ideas/7/")
    second = outcome(page, "Позже", date(2026, 11, 1))
    outcome(campaign("Черновик", live=False), "Не видно")

    context = home_context(HomePage.objects.get())
    html = client.get("/").content.decode()

    assert context["outcomes"] == [second, first]
    assert 'href="/ideas/7/"' in html
    assert "Не видно" not in html


def test_campaign_shows_cover_experts_outcomes_and_results(client):
    page = campaign(
        cover=picture(drawn=True),
        cover_alt="Зимник на закате",
        results=[("figures", [{"value": "5", "label": "идей взяли в работу", "source": "", "source_url": ""}])],
    )
    CampaignExpert.objects.create(page=page, name="Ирина Соловьёва", role="Эксперт по доступности")
    outcome(page)

    html = client.get(page.url).content.decode()

    parts = (
        "Зимник на закате",
        "Ирина Соловьёва",
        "Эксперт по доступности",
        "Автобусы на карте",
        "идей взяли в работу",
    )
    assert [part for part in parts if part not in html] == []


def test_campaign_asks_the_same_number_of_queries_for_one_expert_and_thirty(client):
    page = campaign(cover=picture(drawn=True))
    for number in range(1):
        CampaignExpert.objects.create(page=page, name=f"Эксперт {number}", photo=picture(width=90, height=90))
        outcome(page)
    client.get(page.url)
    with CaptureQueriesContext(connection) as first:
        client.get(page.url)
    for number in range(1, 30):
        CampaignExpert.objects.create(page=page, name=f"Эксперт {number}", photo=picture(width=90, height=90))
        outcome(page)

    with CaptureQueriesContext(connection) as second:
        client.get(page.url)

    assert len(second.captured_queries) == len(first.captured_queries)


def test_search_knows_experts_outcomes_and_results():
    page = campaign(results=[("paragraph", "<p>Взяли пять идей</p>")])
    CampaignExpert.objects.create(page=page, name="Ирина Соловьёва")
    outcome(page)

    text = page_text(page)

    assert [part for part in ("Взяли пять идей", "Ирина Соловьёва", "Автобусы на карте") if part not in text] == []


@pytest.mark.parametrize("link", ["/ideas/12/", "https://example.org/page"])
def test_link_of_an_outcome_leads_here_or_to_https(link):
    validate_link(link)


@pytest.mark.parametrize(
    "link", ["//evil.example.org/", "http://example.org/", "javascript:alert(1)", "ideas/12", "/a b"]
)
def test_other_links_of_an_outcome_are_refused(link):
    with pytest.raises(ValidationError) as refused:
        validate_link(link)

    assert refused.value.messages == ["Адрес начинается с / (страница этого сайта) или с https://."]


def test_participation_counts_what_the_public_may_see():
    idea = ideas.idea(votes_for=3, votes_against=1)
    ideas.idea(idea.cycle, moderation=Idea.Moderation.HIDDEN, votes_for=9)
    person(is_active=False)
    comments.comment()

    counted = count_participation()

    assert (counted.ideas, counted.comments, counted.votes) == (1, 1, 4)
    assert counted.people == 3


def test_home_shows_participation_once_it_is_counted(client):
    Participation.objects.create(pk=1, people=1235, ideas=1, comments=25, votes=5)

    html = client.get("/").content.decode()

    assert [word for word in ("1\xa0235", "участников", ">идея<", "комментариев") if word not in html] == []


def test_home_counts_no_rows_for_its_reader(client):
    count_participation()
    client.get("/")

    with CaptureQueriesContext(connection) as captured:
        client.get("/")

    assert [query["sql"] for query in captured if "COUNT(" in query["sql"]] == []


def test_demonstration_loads_twice_and_shows_every_block(client):
    call_command("load_demo", verbosity=0)
    before = Page.objects.count(), Idea.objects.count(), CampaignOutcome.objects.count(), CampaignExpert.objects.count()

    call_command("load_demo", verbosity=0)

    after = Page.objects.count(), Idea.objects.count(), CampaignOutcome.objects.count(), CampaignExpert.objects.count()
    page = CampaignPage.objects.get()
    assert after == before
    assert {block.block_type for block in page.body} == set(page.body.stream_block.child_blocks)
    assert client.get(page.url).status_code == 200
    assert page.latest_revision.as_object().outcomes.count() == page.outcomes.count() == 3
