from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.models import HomePage, NewsIndexPage, NewsPage
from home.queries import latest_news, news_index
from tests.factories.pages import campaign
from tests.factories.pictures import picture

pytestmark = pytest.mark.django_db


def index_of(parent, **fields):
    return parent.add_child(instance=NewsIndexPage(title="Новости", slug="novosti", **fields))


def news(parent, title="Новость", on=date(2026, 11, 1), **fields):
    return parent.add_child(instance=NewsPage(title=title, published_on=on, **fields))


def test_index_of_the_site_lists_all_news_the_latest_first():
    home = HomePage.objects.get()
    page = campaign()
    old = news(home, "Старая", date(2025, 3, 1))
    new = news(index_of(home), "Новая", date(2026, 11, 2))
    own = news(page, "Проекта", date(2026, 11, 1))

    index = news_index(home, year="", page="")

    assert list(index.news) == [new, own, old]
    assert index.years == [2026, 2025]


def test_index_of_a_campaign_lists_its_news_only():
    page = campaign()
    own = news(page)
    news(campaign("Другой"), "Чужая")

    assert list(news_index(page, year="", page="").news) == [own]


@pytest.mark.parametrize(
    ("year", "titles"), [("2025", ["Старая"]), ("1999", ["Новая", "Старая"]), ("x", ["Новая", "Старая"])]
)
def test_index_shows_a_year_that_had_news(client, year, titles):
    home = HomePage.objects.get()
    page = index_of(home)
    news(home, "Старая", date(2025, 3, 1))
    news(home, "Новая", date(2026, 3, 1))

    response = client.get(page.url, {"year": year})

    assert [item.title for item in response.context["news"]] == titles


def test_news_beneath_a_hidden_campaign_is_listed_nowhere(client):
    home = HomePage.objects.get()
    hidden = campaign(live=False)
    news(hidden)
    page = index_of(hidden)

    assert list(news_index(home, year="", page="").news) == []
    assert latest_news(home) == []
    assert client.get(page.get_url_parts()[2]).status_code == 404


def test_draft_is_not_listed():
    home = HomePage.objects.get()
    news(home, live=False)

    assert list(news_index(home, year="", page="").news) == []


def test_index_without_news_says_so(client):
    page = index_of(HomePage.objects.get())

    assert "Новостей пока нет" in client.get(page.url).content.decode()


def test_index_asks_the_same_number_of_queries_and_turns_its_pages(client):
    home = HomePage.objects.get()
    page = index_of(home)
    news(home, "Новость 0", cover=picture(width=400, height=200, drawn=True))
    client.get(page.url)
    with CaptureQueriesContext(connection) as first:
        client.get(page.url)
    for number in range(1, 30):
        news(home, f"Новость {number}", cover=picture(f"К {number}", width=400, height=200))

    with CaptureQueriesContext(connection) as second:
        response = client.get(page.url)

    assert len(second.captured_queries) == len(first.captured_queries)
    assert len(response.context["news"]) == 20
    assert len(client.get(page.url, {"page": "2"}).context["news"]) == 10
