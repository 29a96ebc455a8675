"""Who sees the results when: nothing of them is in a page or in JSON before it may be seen."""

import re

import pytest
from django.db import transaction

from questions.actions import fold_responses, reconcile_tallies
from questions.models import Response, ResponseChoice, Tally
from questions.queries import results_of, tallies
from tests.factories import pages
from tests.factories.people import person, with_role
from tests.factories.questions import answer, answers, question

pytestmark = pytest.mark.django_db

PHASES = {"before": (1, 2), "during": (-1, 1), "between": (-2, -1), "after": (-2, -1)}
VIEWERS = ("anonymous", "resident", "answered", "editor")


def place(results, moment):
    page = pages.discussion(opens=())
    starts, ends = PHASES[moment]
    pages.phase(page, "comment", starts=starts, ends=ends)
    if moment == "between":
        pages.phase(page, "comment", starts=3, ends=4)
    return question(page, results=results)


def give(asked, numbers, viewer, campaign):
    """Answers of a shape that no other number on the page has; who looks is among those who gave them."""
    for option, number in numbers.items():
        answers(asked, *[option] * number)
    if viewer == "anonymous":
        return None
    someone = with_role("editor", campaign) if viewer == "editor" else person()
    if viewer == "answered":
        response = Response.objects.create(question=asked, page_id=asked.page_id, person=someone)
        ResponseChoice.objects.create(response=response, choice="c1")
    return someone


def seen(client, asked, viewer):
    if viewer:
        client.force_login(viewer)
    html = client.get(asked.page.get_url()).content.decode()
    return re.search(rf'<article class="question" id="question-{asked.pk}">.*?</article>', html, re.DOTALL)[0]


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("moment", PHASES)
@pytest.mark.parametrize("results", ["after_answer", "at_end"])
def test_who_sees_results_when(client, results, moment, viewer):
    asked = place(results, moment)
    someone = give(asked, {"c1": 6, "c2": 5}, viewer, asked.page.get_parent().specific)

    html = seen(client, asked, someone)

    may = moment == "after" or (results == "after_answer" and viewer == "answered")
    assert ('class="chart' in html) is may
    assert bool(re.search(r"\d\s%", html)) is may
    people = 12 if viewer == "answered" else 11
    assert f"Ответили {people} человек." in html
    if not may:
        # Nothing but the number of people, the ids and the question's own words.
        assert re.findall(r">[^<]*\b[56]\b[^<]*<", html.replace(asked.text, "")) == []


@pytest.mark.parametrize("results", ["after_answer", "at_end"])
def test_json_of_an_answer_tells_results_only_where_they_may_be_seen(client, results):
    asked = place(results, "during")
    give(asked, {"c1": 6}, "anonymous", None)
    client.force_login(person())

    said = client.post(
        f"/questions/{asked.pk}/answer/", {"choice": "c1"}, headers={"accept": "application/json"}
    ).json()

    assert (said["results"] is not None) is (results == "after_answer")
    assert (said["people"], said["answered"]) == (7, True)


@pytest.mark.parametrize(("others", "shows"), [(3, False), (4, True)])
def test_results_of_fewer_than_five_people_are_not_shown(client, others, shows):
    asked = place("after_answer", "during")
    someone = give(asked, {"c2": others}, "answered", None)

    html = seen(client, asked, someone)

    assert ('class="chart' in html) is shows
    assert ("Результаты появятся, когда ответят хотя бы пять человек." in html) is not shows


def test_few_answers_stay_hidden_for_ever(client):
    asked = place("at_end", "after")
    give(asked, {"c2": 4}, "anonymous", None)

    html = seen(client, asked, None)

    assert 'class="chart' not in html
    assert "Результатов не показываем" in html


def test_scale_has_a_mean_and_a_distribution(client):
    page = pages.discussion(opens=())
    pages.phase(page, "comment", starts=-2, ends=-1)
    asked = question(page, kind="scale", results="at_end")
    for value in (5, 5, 4, 3, 1):
        answers(asked, value=value)

    results = results_of(asked, tallies([asked.pk])[asked.pk])

    assert (results.people, results.mean) == (5, 3.6)
    assert [(row.label, row.number, row.share) for row in results.rows] == [
        ("1", 1, 0.2),
        ("2", 0, 0.0),
        ("3", 1, 0.2),
        ("4", 1, 0.2),
        ("5", 2, 0.4),
    ]
    assert re.search(r"В среднем <b>3,6</b> из 5", seen(client, asked, None))


def test_choice_that_left_the_page_is_counted_still():
    asked = question()
    answers(asked, "c1", "gone", "gone")

    results = results_of(asked, tallies([asked.pk])[asked.pk])

    assert [(row.label, row.number) for row in results.rows][-1] == ("Варианты, которых больше нет", 2)


def test_folding_changes_no_count_and_twice_does_no_harm():
    asked = question(kind="several")
    for _ in range(3):
        answer(asked, "c1", "c2")
    before = tallies([asked.pk])

    for _ in range(2):
        fold_responses(question_id=asked.pk)
    answer(asked, "c2")

    assert before == {asked.pk: {"": 3, "c1": 3, "c2": 3}}
    assert tallies([asked.pk]) == {asked.pk: {"": 4, "c1": 3, "c2": 4}}
    assert dict(Tally.objects.values_list("option", "number")) == {"": 3, "c1": 3, "c2": 3}


def test_reconcile_mends_what_differs_and_says_so():
    asked, right = question(), question()
    answers(asked, "c1", "c2")
    answers(right, "c1")
    for each in (asked, right):
        fold_responses(question_id=each.pk)
    Tally.objects.filter(question=asked, option="c1").update(number=7)

    with transaction.atomic():
        said = reconcile_tallies()

    assert said == [
        f"Question {asked.pk}: {{'': 2, 'c1': 7, 'c2': 1}} was stored, {{'': 2, 'c1': 1, 'c2': 1}} is right."
    ]
    assert tallies([asked.pk]) == {asked.pk: {"": 2, "c1": 1, "c2": 1}}
    assert reconcile_tallies() == []
