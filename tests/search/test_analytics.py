"""What is searched for is counted by week, in batches, without a trace of who asked."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from search import actions, analytics
from search.analytics import Asked, kept, note
from search.models import QueryWeek
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(settings, monkeypatch):
    """Every search counts, and is written at the end of its request."""
    settings.SEARCH_STATISTICS = True
    monkeypatch.setattr(analytics, "MOST_QUERIES", 1)
    analytics.write_due()
    QueryWeek.objects.all().delete()


def asked(words, *, found=True):
    return Asked(words, words, found)


def counts(**where):
    rows = QueryWeek.objects.filter(**where).order_by("week", "words")
    return [(row.words, row.times, row.without_result) for row in rows]


def search(client=None, **query):
    return (client or Client()).get(reverse("search:search"), query)


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Ёлка  во дворе", "елка дворе", "Ёлка во дворе"),
        ("\tдетский\nсад\u200b", "детский сад", "детский сад"),
        ("дом 12", "дом 12", "дом 12"),
        ("паспорт 6712 345678 потерян", "паспорт потерян", "паспорт … потерян"),
        ("звоните +7 (912) 345-67-89", "звоните", "звоните …"),
        ("89123456789", "", ""),
        ("стратегия 2030", "стратегия", "стратегия …"),
        ("ivanov@example.org", "", ""),
        ("пишите @ivanov", "", ""),
        ("https://example.org/ivanov", "", ""),
        ("vk.com/ivanov", "", ""),
        ("жалоба на Иванова Петра Сергеевича", "", ""),
        ("улица Ленина", "улица ленина", "улица Ленина"),
        ("слово " * 20, "", ""),
        ("?!", "", ""),
    ],
)
def test_of_a_text_nothing_is_kept_that_may_name_a_person(text, words, shown):
    assert kept(text) == (words, shown)


@pytest.mark.parametrize("text", ["ﷺ" * 100, "а-" * 50, "\x00" * 5 + "дом", "\ud800дом", "🙂" * 100])
def test_whatever_is_asked_can_be_written(counted, text):
    note(text, found=0)
    analytics.write_due()

    assert [without for *_, without in counts()] == [1]


def test_searches_are_counted_by_their_words(counted):
    for text in ("Каток", "каток ", "КАТОК!", "ледовый каток"):
        search(q=text)

    assert counts() == [("каток", 3, 3), ("ледовый каток", 1, 1)]
    assert QueryWeek.objects.get(words="каток").shown == "Каток"


def test_what_finds_something_is_told_from_what_does_not(counted):
    actions.note_queries(times={asked("каток"): 2, asked("каток", found=False): 3, asked("мфц"): 1})
    actions.note_queries(times={asked("каток"): 5})

    assert counts() == [("каток", 10, 3), ("мфц", 1, 0)]


@pytest.mark.parametrize("more", [{"page": 2}, {"type": "idea"}, {"status": "open"}, {"tag": "bus"}])
def test_further_pages_and_narrowed_searches_are_the_same_search(counted, more):
    search(q="каток", **more)

    assert counts() == []


def test_prefetch_and_head_are_no_searches(counted):
    Client().get(reverse("search:search"), {"q": "каток"}, headers={"Sec-Purpose": "prefetch"})
    Client().head(reverse("search:search"), {"q": "каток"})

    assert counts() == []


def test_residents_who_are_signed_in_count_and_staff_do_not(counted):
    resident, editor = Client(), Client()
    resident.force_login(person())
    editor.force_login(with_role("editor"))

    search(resident, q="каток")
    search(editor, q="каток")

    assert counts() == [("каток", 1, 1)]


def test_nothing_is_counted_where_it_is_turned_off(counted, settings):
    settings.SEARCH_STATISTICS = False

    search(q="каток")
    analytics.write_due()

    assert counts() == []


def test_nothing_is_written_before_its_time(counted, monkeypatch):
    monkeypatch.setattr(analytics, "MOST_QUERIES", 500)

    for _ in range(20):
        search(q="каток")

    assert counts() == []


def test_as_many_different_queries_as_fit_are_written_at_once(counted, monkeypatch):
    monkeypatch.setattr(analytics, "MOST_QUERIES", 3)

    for word in ("каток", "мост", "школа"):
        search(q=word)

    assert [words for words, *_ in counts()] == ["каток", "мост", "школа"]


def test_a_batch_is_one_statement(counted, django_assert_num_queries, settings):
    for number in range(30):
        note(f"слово{number}", found=1)

    with django_assert_num_queries(3 if connection.vendor == "sqlite" else 4):
        analytics.write_due()

    assert QueryWeek.objects.count() == 30


def test_a_database_that_does_not_answer_fails_no_search(counted, monkeypatch):
    def fail(**_times):
        raise DatabaseError

    monkeypatch.setattr(actions, "note_queries", fail)

    assert search(q="каток").status_code == 200
    assert counts() == []


def test_the_answer_is_there_before_anything_is_written(counted):
    from django.test.client import RequestFactory

    from search.views import search as view

    request = RequestFactory().get("/search/", {"q": "каток"})
    request.user = person()
    view(request)

    assert counts() == []


def test_a_week_begins_on_monday_by_the_clock_of_the_site(counted):
    # Sunday evening in Greenwich is Monday in Yugra.
    with time_machine.travel("2026-03-01T20:00:00Z", tick=False):
        if connection.vendor == "sqlite":
            assert actions.this_week() == date(2026, 3, 2)
    assert actions.this_week().weekday() == 0


def weeks_ago(number):
    return actions.this_week() - timedelta(weeks=number)


def test_of_weeks_that_are_over_only_the_sum_of_rare_queries_stays():
    def row(week, words, times, without):
        QueryWeek.objects.create(week=week, words=words, shown=words, times=times, without_result=without)

    row(weeks_ago(1), "", 4, 1)
    row(weeks_ago(1), "каток", 3, 0)
    row(weeks_ago(1), "соседка", 2, 2)
    row(weeks_ago(1), "мост", 1, 0)
    row(weeks_ago(2), "тайна", 1, 1)
    row(weeks_ago(0), "школа", 1, 1)

    actions.forget_queries()
    actions.forget_queries()

    assert counts(week=weeks_ago(2)) == [("", 1, 1)]
    assert counts(week=weeks_ago(1)) == [("", 7, 3), ("каток", 3, 0)]
    assert counts(week=weeks_ago(0)) == [("школа", 1, 1)]


def test_weeks_are_kept_for_a_year():
    for number in (0, 52, 53, 54):
        QueryWeek.objects.create(week=weeks_ago(number), words="каток", shown="каток", times=9)

    actions.forget_queries()

    assert list(QueryWeek.objects.order_by("-week").values_list("week", flat=True)) == [weeks_ago(0), weeks_ago(52)]
