import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd import clock
from home.models import HomePage, NewsPage, StandardPage
from home.queries import home_context
from tests.factories.pages import campaign, cycle, discussion, phase

pytestmark = pytest.mark.django_db


def days(number):
    return clock.now() + timedelta(days=number)


def news(parent, **fields):
    fields.setdefault("title", "Новость")
    fields.setdefault("published_on", clock.now().date())
    return parent.add_child(instance=NewsPage(**fields))


def fill(rows, *, start=0):
    home = HomePage.objects.get()
    for number in range(start, start + rows):
        page = campaign(title=f"Проект {number}")
        discussion(page)
        cycle(page)
        news(page, title=f"Новость {number}")
        campaign(title=f"Прошлый {number}", closes_at=days(-1))
        home.add_child(instance=StandardPage(title=f"Текст {number}", show_in_menus=True))


def test_home_page_without_campaigns_is_warm(client):
    response = client.get("/")

    assert response.status_code == 200
    assert "Скоро здесь появится первый проект" in response.content.decode()


def test_home_context_tells_campaigns_apart_by_time():
    running = campaign(title="Идёт", opens_at=days(-1), closes_at=days(1))
    endless = campaign(title="Без срока")
    upcoming = campaign(title="Скоро", opens_at=days(1))
    past = campaign(title="Прошёл", opens_at=days(-2), closes_at=days(-1))

    context = home_context(HomePage.objects.get())

    assert {entry.page for entry in context["running"]} == {running, endless}
    assert context["upcoming"] == [upcoming]
    assert context["past"] == [past]


def test_home_context_names_what_is_open_and_what_comes_next():
    page = campaign()
    ideas = cycle(page, opens=())
    closing_later = phase(ideas, "comment", ends=9)
    closing_soon = phase(ideas, "submit", ends=3)
    later = phase(ideas, "vote", starts=5, ends=8)
    phase(ideas, "review", starts=6, ends=7)
    phase(ideas, "submit", starts=-9, ends=-5)

    entry = home_context(HomePage.objects.get())["running"][0]

    assert entry.open_phases == [closing_soon, closing_later]
    assert entry.next_phase == later


def test_home_context_leaves_out_what_is_not_public():
    draft = campaign(title="Черновик", live=False)
    page = campaign(title="Виден")
    cycle(page, title="Скрытый сбор", live=False)
    news(page, title="Неопубликованная", live=False)

    context = home_context(HomePage.objects.get())

    assert draft not in [entry.page for entry in context["running"]]
    assert context["running"][0].open_phases == []
    assert context["news"] == []


def test_home_page_shows_latest_news_first(client):
    page = campaign()
    older = news(page, title="Старая", published_on=clock.now().date() - timedelta(days=3))
    newer = news(HomePage.objects.get(), title="Свежая")

    context = home_context(HomePage.objects.get())

    assert context["news"] == [newer, older]


def asked(client, url):
    """What a page asks the database when nothing is new to it: each query without the values, in order."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return [re.sub(r"'[^']*'|\b\d+\b|\((?:\?, )*\?\)", "?", query["sql"]) for query in captured.captured_queries]


def test_home_page_asks_the_same_number_of_queries(client):
    fill(1)
    few = asked(client, "/")
    fill(29, start=1)

    many = asked(client, "/")

    assert len(many) == len(few), set(many) - set(few)


def test_campaign_page_asks_the_same_number_of_queries(client):
    page = campaign()
    for number in range(1):
        cycle(page, title=f"Сбор {number}")
        discussion(page, title=f"Обсуждение {number}")
        news(page, title=f"Новость {number}")
    few = asked(client, page.url)
    for number in range(1, 30):
        block = cycle(page, title=f"Сбор {number}")
        phase(block, "review", starts=2, ends=3)
        discussion(page, title=f"Обсуждение {number}")
        news(page, title=f"Новость {number}")

    many = asked(client, page.url)

    assert len(many) == len(few), set(many) - set(few)


def test_campaign_page_shows_blocks_phases_and_news(client):
    page = campaign(title="Сервисы", why="Чтобы было удобно.", responsible_body="Центр")
    phase(cycle(page, title="Сбор", opens=()), "submit", name="Приём", ends=3)
    discussion(page, title="Разговор")
    news(page, title="Начали")

    text = client.get(page.url).content.decode()

    parts = ("Сервисы", "Чтобы было удобно.", "Центр", "Сбор", "Приём", "Разговор", "Начали", "открыт до")
    assert [part for part in parts if part not in text] == []


def test_campaign_page_without_blocks_says_so(client):
    page = campaign()

    text = client.get(page.url).content.decode()

    assert "Обсуждения и сбор идей скоро откроются" in text


def test_standard_page_shows_its_blocks_and_children(client):
    page = HomePage.objects.get().add_child(
        instance=StandardPage(
            title="Вопросы",
            body=[
                ("heading", "Раздел"),
                ("paragraph", "<p>Текст</p>"),
                ("quote", {"text": "Слова", "author": "Автор"}),
                ("figures", [{"value": "166", "label": "услуг"}]),
                ("accordion", [{"title": "Вопрос?", "text": "<p>Ответ</p>"}]),
            ],
        )
    )
    page.add_child(instance=StandardPage(title="Глубже"))
    page.add_child(instance=StandardPage(title="Черновик", live=False))

    text = re.sub(r">\s+|\s+<", lambda gap: gap[0].strip(), client.get(page.url).content.decode())

    parts = ("<h2>Раздел</h2>", "<p>Текст</p>", "Слова", "Автор", ">166<", "Вопрос?", "<p>Ответ</p>")
    assert [part for part in parts if part not in text] == []
    assert "Глубже" in text
    assert "Черновик" not in text


def test_news_page_shows_date_and_its_campaign(client):
    page = news(campaign(title="Сервисы"), title="Итоги", intro="Коротко.")

    text = client.get(page.url).content.decode()

    assert f'<time datetime="{page.published_on.isoformat()}">' in text
    assert "Сервисы" in text
    assert "Коротко." in text
