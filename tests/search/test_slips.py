"""Queries with slips of the hand find what was meant, and say what was looked for."""

import pytest

from search.lemmas import index_terms, mended_words, plain
from search.queries import matching_ids, search
from search.readings import readings
from search.slips import from_other_keys, in_one_alphabet
from tests.factories.ideas import idea
from tests.search.conftest import filled, refresh


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ghbdtn", "привет"), ("jcnfyjdrf", "остановка"), (",fcctqy", "бассейн"), ("Ltncrbq", "Детский")],
)
def test_keys_of_the_other_layout(typed, meant):
    assert from_other_keys(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("cтол", "стол"), ("шкoлa", "школа"), ("wi-fi", "wi-fi"), ("it-центр", "it-центр"), ("gосуслуги", "gосуслуги")],
)
def test_letters_that_look_alike_are_of_one_alphabet(typed, meant):
    assert plain(typed) == meant
    assert index_terms(typed) == index_terms(meant)


def test_word_of_one_alphabet_stays():
    assert [in_one_alphabet(word) for word in ("сор", "cop", "16")] == ["сор", "cop", "16"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("остоновка", "остановка"), ("площатка", "площадка"), ("поликлинка", "поликлиника"), ("автбоус", "автобус")],
)
def test_one_slip_is_mended(typed, meant):
    assert meant in mended_words(typed)


@pytest.mark.parametrize("word", ["остановка", "дом", "wifi", "16", "йцукенгшщз", "x" * 60, ""])
def test_what_is_known_or_beyond_help_is_left(word):
    assert mended_words(word) == ()


def test_only_what_finds_nothing_is_read_otherwise(db):
    assert [reading.text for reading in readings("остановка")] == ["остановка"]
    assert [reading.text for reading in readings("jcnfyjdrf")] == ["jcnfyjdrf", "остановка"]


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("jcnfyjdrf", "остановка"),
        ("остоновка", "остановка"),
        ("тёплая остоновка", "теплая остановка"),
        ("остановка", ""),
        ("oстановка", ""),
    ],
)
def test_slip_is_read_as_it_was_meant(engine, typed, instead):
    row = idea(title="Тёплая остановка", problem="Ждём автобус на остановке.")
    filled(engine)
    refresh(engine)

    results = search(typed)

    assert [(hit.found.kind, hit.found.id) for hit in results.hits] == [("idea", row.pk)]
    assert results.instead == instead
    assert "<mark>" in results.hits[0].title
    assert matching_ids("idea", typed, block_id=row.cycle_id) == [row.pk]


def test_nothing_is_found_instead_of_nonsense(engine):
    idea(title="Тёплая остановка")
    filled(engine)
    refresh(engine)

    results = search("ывапролд фывапр")

    assert (results.hits, results.instead) == ([], "")


def test_page_says_what_was_looked_for(client, engine):
    idea(title="Тёплая остановка")
    filled(engine)
    refresh(engine)

    text = client.get("/search/", {"q": "jcnfyjdrf"}).content.decode()

    assert "По запросу «jcnfyjdrf» ничего не нашлось. Показано по запросу «остановка»." in text
