from itertools import pairwise

import pytest

from crowd.people.models import Person
from services.actions import fold_counts, rate_service, reconcile_counts
from services.models import Rating, RatingChange
from services.queries import figures_of
from tests.factories.people import person
from tests.factories.services import service
from tests.ideas.test_votes_in_parallel import in_parallel

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_fifty_parallel_ratings_leave_one_row_and_a_whole_history():
    rated, rater = service(rated_always=True), person()

    in_parallel(50, lambda number: rate_service(person=rater, service=rated, score=number % 5 + 1))

    rating = Rating.objects.get()
    history = list(RatingChange.objects.order_by("number").values_list("number", "score"))
    assert [number for number, _score in history] == list(range(1, rating.times + 1))
    assert history[-1][1] == rating.score
    assert all(one[1] != two[1] for one, two in pairwise(history))
    figures = figures_of([rated.pk])[rated.pk]
    assert figures.count == 1
    assert figures.scores[rating.score - 1] == 1


def test_fifty_parallel_identical_ratings_are_one():
    rated, rater = service(rated_always=True), person()

    in_parallel(50, lambda _: rate_service(person=rater, service=rated, score=4, note="Удобно"))

    assert (Rating.objects.get().times, RatingChange.objects.count()) == (1, 1)


def test_parallel_ratings_and_folding_agree_with_the_rows():
    rated, raters = service(rated_always=True), [person() for _ in range(10)]

    def work(number):
        for score in (1, 5, number % 5 + 1):
            rate_service(person=Person.objects.get(pk=raters[number % 10].pk), service=rated, score=score)
        if number % 5 == 0:
            fold_counts(service_id=rated.pk, most=7)

    in_parallel(20, work)
    assert figures_of([rated.pk])[rated.pk].count == 10
    fold_counts(service_id=rated.pk, most=1000)

    given = list(Rating.objects.values_list("score", flat=True))
    assert figures_of([rated.pk])[rated.pk].scores == tuple(given.count(score) for score in range(1, 6))
    assert reconcile_counts() == []
