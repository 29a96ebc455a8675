"""What editors say means the same is found by any of it, at once and without a rebuild."""

import pytest
from django.core.exceptions import ValidationError

from search.lemmas import encode, query_words
from search.models import Synonyms
from search.queries import search
from search.readings import readings
from search.synonyms import MOST_GROUPS, widened
from search.thesaurus import same_words
from tests.factories.ideas import idea
from tests.search.conftest import filled, refresh

pytestmark = pytest.mark.django_db

OFFICE = "МФЦ\nМои документы\nмногофункциональный центр"


def found(text):
    return sorted(hit.found.id for hit in search(text).hits)


@pytest.mark.parametrize("query", ["МФЦ", "мфц", "мои документы", "моих документов", "многофункциональных центров"])
def test_any_of_them_finds_all(engine, query):
    rows = [idea(title=title, problem="Долго.") for title in ("Очередь в МФЦ", "Окно «Мои документы»", "Зал ожидания")]
    other = idea(title="Запись в многофункциональный центр", problem="Долго.")
    filled(engine)
    refresh(engine)

    Synonyms.objects.create(phrases=OFFICE)

    assert found(query) == sorted([rows[0].pk, rows[1].pk, other.pk])


def test_what_holds_the_other_words_of_the_query_too_comes_first(engine):
    queue, hall = idea(title="Очередь в МФЦ", problem="Долго."), idea(title="Зал в МФЦ", problem="Тесно.")
    filled(engine)
    refresh(engine)
    Synonyms.objects.create(phrases=OFFICE)

    results = search("очереди в многофункциональном центре")

    assert [hit.found.id for hit in results.hits] == [queue.pk, hall.pk]
    assert results.whole == 1


def test_what_was_found_by_a_synonym_is_marked(engine):
    idea(title="Очередь в МФЦ", problem="Долго.")
    filled(engine)
    refresh(engine)
    Synonyms.objects.create(phrases=OFFICE)

    assert "<mark>МФЦ</mark>" in search("мои документы").hits[0].title


def test_sets_hold_one_word_of_each_phrase():
    Synonyms.objects.create(phrases="детсад\nдетский сад")

    groups = widened(["запись", "детсад"]).groups

    assert groups[0] == {encode("запись")}
    assert [group >= {encode("детсад")} for group in groups[1:]] == [True, True]
    assert [encode("детский") in groups[1], encode("сад") in groups[2]] == [True, True]


def test_too_many_ways_leave_the_query_as_it_was():
    Synonyms.objects.create(phrases="\n".join(f"слово{n} другое{n} третье{n}" for n in range(4)))

    assert MOST_GROUPS < 3**4
    assert widened(["слово1", "другое1", "третье1"]).also == []


@pytest.mark.parametrize(
    "phrases", ["МФЦ", "", "МФЦ\n\n", "МФЦ\n!!!", "МФЦ\nраз два три четыре пять шесть", "а\n" * 20]
)
def test_what_is_no_set_of_synonyms_is_refused(phrases):
    with pytest.raises(ValidationError):
        Synonyms(phrases=phrases).full_clean()


@pytest.mark.parametrize("query", ["видео-наблюдение", "видео‑наблюдение", "видеонаблюдение"])
def test_hyphenated_word_means_what_it_means_without(query):
    asked = {lemma for group in next(readings(query)).groups for lemma in group}

    assert {encode("видеокамера"), encode("видеонаблюдение")} <= asked


def test_word_of_synonyms_is_known_in_the_other_layout():
    """No dictionary knows «мфц»."""
    assert [reading.text for reading in readings("vaw")] == ["vaw", "мфц"]


def test_nothing_is_asked_for_twice():
    """«День победы», «девятое мая» and «9 мая» make eight sets, four of which follow from the others."""
    sets = widened(["девятое", "мая"]).sets

    assert sorted(map(sorted, sets)) == [
        ["9", "девятое", "день"],
        ["9", "девятое", "победы"],
        ["день", "мая"],
        ["мая", "победы"],
    ]


def test_words_that_say_little_stay_where_a_phrase_needs_them():
    assert query_words("где мои документы") == ["мои", "документы"]
    assert query_words("нам очень нужно мое обращение") == ["обращение"]


def test_everyday_words_stand_once():
    """A phrase in two lines would have two meanings, of which the first alone is asked for."""
    phrases = [phrase.lower() for line in same_words() for phrase in line]

    assert sorted({phrase for phrase in phrases if phrases.count(phrase) > 1}) == []
