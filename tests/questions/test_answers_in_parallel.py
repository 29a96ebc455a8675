import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from crowd.errors import AlreadyAnswered
from questions.actions import fold_responses
from questions.models import Response, ResponseChoice, Tally
from questions.queries import tallies
from tests.factories.people import person
from tests.factories.questions import answer, question

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def in_parallel(count, work):
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait(60)
        try:
            return work(number)
        except AlreadyAnswered:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_of_twenty_parallel_answers_of_one_person_one_is_taken():
    asked, resident = question(), person()

    given = in_parallel(20, lambda number: answer(asked, f"c{number % 3 + 1}", person=resident))

    taken = [response for response in given if response]
    assert [response.pk for response in taken] == [Response.objects.get().pk]
    assert ResponseChoice.objects.count() == 1
    assert tallies([asked.pk])[asked.pk][""] == 1


def test_answers_and_folding_at_once_lose_and_double_nothing():
    asked, residents = question(), [person() for _ in range(20)]

    def work(number):
        answer(asked, f"c{number % 2 + 1}", person=residents[number])
        fold_responses(question_id=asked.pk)

    in_parallel(20, work)
    fold_responses(question_id=asked.pk)

    assert dict(Tally.objects.values_list("option", "number")) == {"": 20, "c1": 10, "c2": 10}
    assert tallies([asked.pk]) == {asked.pk: {"": 20, "c1": 10, "c2": 10}}
