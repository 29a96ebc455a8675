"""Pages of results: counts by filter, places to go on at, what else may have been meant, what holds some of the words."""

import re
from base64 import urlsafe_b64encode

import pytest
from django.urls import reverse

from search.places import Place, read_place
from search.queries import PAGE_SIZE, Filters, search
from search.synonyms import widened
from tests.factories.ideas import idea
from tests.factories.pages import cycle
from tests.factories.people import municipality
from tests.search.conftest import filled, refresh

pytestmark = pytest.mark.django_db


def indexed(engine):
    filled(engine)
    refresh(engine)


def ids(results):
    return [hit.found.id for hit in results.hits]


def address(results):
    return re.findall(r'href="(\?[^"]*after=[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="(\?[^"]*)"', results)


def test_results_are_counted_by_every_filter(engine):
    parent, other = cycle(), cycle(title="Второй сбор")
    place = municipality("surgut")
    for number in range(3):
        idea(parent, title=f"Каток {number}", municipality=place, tags=["лёд"])
    idea(other, title="Каток далеко", tags=["лёд", "зима"])
    indexed(engine)

    facets = search("каток", kinds=["idea"]).facets

    assert facets["type"] == {"idea": 4}
    assert facets["block_id"] == {str(parent.pk): 3, str(other.pk): 1}
    assert facets["municipality"] == {"surgut": 3}
    assert facets["status"] == {"open": 4}
    assert sorted(facets["tag"].values()) == [1, 4]


def test_filter_leaves_its_own_counts_and_narrows_the_others(engine):
    parent, other = cycle(), cycle(title="Второй сбор")
    idea(parent, title="Каток", tags=["лёд"])
    idea(other, title="Каток", tags=["зима"])
    indexed(engine)

    results = search("каток", kinds=["idea"], filters=Filters(block_id=parent.pk))

    assert results.total == 1
    assert results.facets["block_id"] == {str(parent.pk): 1, str(other.pk): 1}
    assert list(results.facets["tag"].values()) == [1]


def test_places_lead_to_the_end_and_show_everything_once(engine):
    parent = cycle()
    rows = [idea(parent, title="Каток", problem="Нет") for _ in range(2 * PAGE_SIZE + 3)]
    indexed(engine)

    seen, after, number = [], "", 1
    while True:
        results = search("каток", kinds=["idea"], page=number, after=after)
        seen += ids(results)
        if not results.has_next:
            break
        after, number = results.after, number + 1

    assert number == 3
    assert sorted(seen) == [row.pk for row in rows]


def test_next_page_of_some_words_goes_on_with_some_words(engine):
    parent = cycle()
    both = idea(parent, title="Каток и горка")
    rows = [idea(parent, title="Каток", problem="Нет") for _ in range(PAGE_SIZE)]
    indexed(engine)

    first = search("каток горка", kinds=["idea"])
    second = search("каток горка", kinds=["idea"], page=2, after=first.after)

    assert ids(first)[0] == both.pk
    assert first.whole == 1
    assert sorted(ids(first) + ids(second)) == sorted([both.pk, *(row.pk for row in rows)])


@pytest.mark.parametrize(
    "written",
    [
        "",
        "!",
        "x" * 500,
        "bnVsbA",
        urlsafe_b64encode(b'[0,0,"a",1,2,3]').decode(),
        urlsafe_b64encode(b"[7,0]").decode(),
    ],
)
def test_place_that_makes_no_sense_is_none(written):
    assert read_place(written) is None


def test_place_is_read_as_it_was_written():
    place = Place(1, loose=True, after=[1.5, 1700000000000, "idea", 7])

    assert read_place(place.written) == place


def test_page_goes_on_where_the_link_leads(client, engine):
    parent = cycle()
    rows = [idea(parent, title="Каток", problem="Нет") for _ in range(PAGE_SIZE + 1)]
    indexed(engine)
    first = client.get(reverse("search:search"), {"q": "каток", "type": "idea"})
    after = first.context["results"].after

    second = client.get(reverse("search:search"), {"q": "каток", "type": "idea", "page": 2, "after": after})

    assert f"after={after}" in first.content.decode()
    assert sorted(ids(first.context["results"]) + ids(second.context["results"])) == [row.pk for row in rows]
    assert f'start="{PAGE_SIZE + 1}"' in second.content.decode()


def test_filters_say_how_many_there_are_and_offer_nothing_empty(client, engine):
    parent = cycle(title="Сбор идей о зиме")
    idea(parent, title="Каток", municipality=municipality("surgut"), tags=["лёд"])
    indexed(engine)

    page = client.get(reverse("search:search"), {"q": "каток"}).content.decode()

    assert "Сбор идей о зиме (1)" in page
    assert "лёд (1)" in page
    assert re.findall(r'<option value="(\w+)">[^<]*\(0\)', page) == []


def test_chosen_filter_stays_to_be_seen_where_nothing_is_left(client, engine):
    idea(cycle(), title="Каток")
    municipality("surgut")
    indexed(engine)

    page = client.get(reverse("search:search"), {"q": "каток", "municipality": "surgut"}).content.decode()

    assert re.search(r'<option value="surgut" selected>[^<]*\(0\)', page)


def test_word_with_a_slip_that_somebody_wrote_too_is_offered_mended(client, engine):
    parent = cycle()
    slip = idea(parent, title="Остоновка", problem="Нет")
    for _ in range(3):
        idea(parent, title="Остановка", problem="Нет")
    indexed(engine)

    results = search("остоновка", kinds=["idea"])

    assert ids(results)[0] == slip.pk
    assert results.suggestion == "остановка"
    assert "Возможно, вы искали:" in client.get(reverse("search:search"), {"q": "остоновка"}).content.decode()


@pytest.mark.parametrize("query", ["видео-наблюдение", "видеонаблюдение"])
def test_word_is_found_with_a_hyphen_and_without(engine, query):
    rows = [idea(title="Видеонаблюдение"), idea(title="Видео-наблюдение")]
    indexed(engine)

    assert set(ids(search(query, kinds=["idea"]))) == {row.pk for row in rows}


@pytest.mark.parametrize(("query", "title"), [("детсад", "Детский сад"), ("капитальный ремонт", "Капремонт")])
def test_everyday_words_for_the_same_are_known(engine, query, title):
    row = idea(title=title)
    indexed(engine)

    results = search(query, kinds=["idea"])

    assert (ids(results), results.whole) == ([row.pk], None)


def test_word_that_means_the_same_in_one_query_only_is_asked_for_there(db):
    wide = widened(["чудо", "каток"], [(("чудо", "каток"), ("чудокаток",))])

    assert wide.sets == [frozenset({"чудо", "чудокаток"}), frozenset({"каток", "чудокаток"})]


def test_comment_comes_after_what_it_speaks_of(engine):
    from tests.search.rows import comment, thread

    row = idea(title="Каток")
    comment(thread(row, "idea"), body="Каток")
    indexed(engine)

    assert [hit.found.kind for hit in search("каток").hits] == ["idea", "comment"]


def test_what_holds_all_words_comes_before_what_holds_the_rarest_in_its_title(engine):
    parent = cycle()
    whole = idea(parent, title="Сырость", problem="Весной стоит вода, и не где-нибудь, а в подвале нашего дома.")
    part = idea(parent, title="Подвал подвал подвал", problem="Подвал.", votes_for=500)
    indexed(engine)

    results = search("вода в подвале")

    assert ids(results) == [whole.pk, part.pk]
    assert results.whole == 1
