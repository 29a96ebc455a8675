import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from home.models import HomePage, StandardPage
from ideas.models import Idea
from search import queries
from search.documents import registry
from search.engines import DatabaseEngine
from search.trying import FEW
from tests.factories.ideas import idea
from tests.factories.pages import cycle, discussion
from tests.search.conftest import filled, refresh
from tests.search.rows import comment, thread


def page(client, **query):
    return client.get(reverse("search:search"), query)


def hits(response):
    results = response.context["results"]
    return [(hit.found.kind, hit.found.id) for hit in results.hits] if results else None


def test_search_without_words_explains_itself(client, db):
    response = page(client)

    assert response.status_code == 200
    assert "Форма слова не важна" in response.text


def test_search_shows_title_snippet_and_address(client, engine):
    row = idea(title="Тёплая остановка", problem="Ждём <b>автобус</b> на остановке.")
    filled(engine)
    refresh(engine)

    response = page(client, q="остановки")

    assert hits(response) == [("idea", row.pk)]
    assert "Тёплая <mark>остановка</mark>" in response.text
    assert "Ждём &lt;b&gt;автобус&lt;/b&gt; на <mark>остановке</mark>." in response.text
    assert row.get_absolute_url() in response.text


def test_search_without_result_helps(client, engine):
    response = page(client, q="синхрофазотрон")

    assert response.status_code == 200
    assert "Ничего не нашлось" in response.text


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"type": "idea"}, ["idea"]),
        ({"type": "comment"}, ["comment"]),
        ({"type": "discussion"}, ["discussion"]),
        ({"type": "page"}, []),
        ({"type": "nonsense"}, ["comment", "discussion", "idea"]),
        ({"status": "open"}, ["idea"]),
        ({"municipality": "surgut"}, []),
        ({"page": "2"}, []),
        ({"page": "x"}, ["comment", "discussion", "idea"]),
    ],
)
def test_search_narrows_as_asked(client, engine, query, kinds):
    themed = discussion(title="Остановки")
    comment(thread(themed), body="Остановка")
    idea(title="Остановка")
    filled(engine)
    refresh(engine)

    response = page(client, q="остановка", **query)

    assert sorted(kind for kind, _ in hits(response)) == kinds


@pytest.mark.parametrize(
    "q", ["x" * 10_000, '"', 'a"b', "\x00", "a\x00b", "AND OR NOT (", "🙂", "שלום", "и на", "%", "*"]
)
def test_search_takes_any_query(client, engine, q):
    assert page(client, q=q).status_code == 200


def test_search_pages(client, engine):
    parent = cycle()
    rows = [idea(parent, title="Каток", problem="Нет") for _ in range(25)]
    filled(engine)
    refresh(engine)

    first, second = page(client, q="каток"), page(client, q="каток", page=2)

    assert len(hits(first)) == 20
    assert sorted(id_ for _, id_ in hits(first) + hits(second)) == [row.pk for row in rows]
    assert 'rel="next"' in first.text
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize("kind", ["idea", "comment", "page"])
def test_search_makes_as_many_queries_for_30_results_as_for_10(client, engine, kind):
    parent = cycle()
    host = thread(discussion(title="Тема"))

    def add(count):
        for _ in range(count):
            if kind == "idea":
                idea(parent, title="Каток", problem="Нет")
            elif kind == "page":
                HomePage.objects.get().add_child(instance=StandardPage(title="Каток"))
            else:
                comment(host, body="Каток")
        filled(engine)
        refresh(engine)

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert hits(page(client, q="каток"))
        return len([query for query in captured if "COUNT(*)" not in query["sql"]])

    add(FEW)
    count()
    few = count()
    add(30 - FEW)

    assert count() == few


def test_search_is_limited(client, db, monkeypatch):
    from crowd.limits.rules import LIMITS, Limit

    monkeypatch.setitem(LIMITS, "search", Limit(seconds=3600, person=1, network=1))

    answers = [page(client, q="каток").status_code for _ in range(2)]

    assert answers == [200, 429]


def test_similar_offers_public_ideas_those_of_the_cycle_first(client, engine):
    parent = cycle()
    row = idea(parent, title="Остановка у школы", problem="Холодно")
    idea(parent, title="Тёплая остановка у школы", moderation=Idea.Moderation.PENDING)
    other = idea(title="Тёплая остановка у школы")
    comment(thread(row, "idea"), body="Тёплая остановка у школы")
    filled(engine)
    refresh(engine)

    response = client.get(reverse("search:similar"), {"title": "Нужны тёплые остановки возле школ", "cycle": parent.pk})

    promised = ("id", "title", "url", "up", "status")
    assert [tuple(one[name] for name in promised) for one in response.json()["results"]] == [
        (one.pk, one.title, one.get_absolute_url(), 0, "open") for one in (row, other)
    ]


def test_similar_offers_five_at_most(client, engine):
    parent = cycle()
    for _ in range(8):
        idea(parent, title="Каток")
    filled(engine)
    refresh(engine)

    response = client.get(reverse("search:similar"), {"title": "Каток", "text": "\x00", "cycle": "x"})

    assert len(response.json()["results"]) == 5


def test_similar_to_nothing_is_nothing(client, db):
    nothing = {"results": [], "said": "", "sector": None, "tags": []}
    assert client.get(reverse("search:similar")).json() == nothing


def test_matching_ids_are_of_one_kind_and_block(engine):
    parent = cycle()
    row = idea(parent, title="Каток")
    idea(title="Каток")
    comment(thread(row, "idea"), body="Каток")
    filled(engine)
    refresh(engine)

    assert queries.matching_ids("idea", "катки", block_id=parent.pk) == [row.pk]
    assert queries.matching_ids("idea", "…", block_id=parent.pk) == []


@pytest.mark.parametrize("name", ["sector", "status"])
def test_filters_offer_choices(db, name):
    assert registry.choices[name]()


def test_search_answers_while_nobody_listens(client, db, settings):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    row = idea(title="Каток", problem="Нет")
    filled(DatabaseEngine())

    answers = [hits(page(client, q="катки")) for _ in range(3)]

    assert answers == [[("idea", row.pk)]] * 3
