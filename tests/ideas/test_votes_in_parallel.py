import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from crowd.errors import QuotaReached
from crowd.events.models import Event
from ideas import actions
from ideas.actions import IdeaText
from ideas.handlers import fold_votes
from ideas.models import Idea, Vote
from ideas.queries import vote_counts
from ideas.rules import MOST_PENDING
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def in_parallel(count, work):
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait(60)
        try:
            return work(number)
        except QuotaReached:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def fold():
    with transaction.atomic():
        fold_votes(list(Event.objects.filter(kind="vote.cast")))


def test_fifty_parallel_identical_votes_leave_one_row_and_one_count():
    mine, voter = idea(), person()

    receipts = in_parallel(50, lambda _: actions.cast_vote(person=voter, idea=mine, value=1).receipt)

    assert Vote.objects.filter(idea=mine).count() == 1
    assert len(set(receipts)) == 1
    assert vote_counts(mine.pk) == (1, 0)
    fold()
    assert Idea.objects.get(pk=mine.pk).votes_for == 1


def test_parallel_toggling_and_folding_agree_with_the_rows():
    mine, voters = idea(), [person() for _ in range(10)]

    def toggle(number):
        for value in (1, 0, 1, 1, 0, number % 2):
            actions.cast_vote(person=voters[number % 10], idea=mine, value=value)
        if number % 5 == 0:
            fold()

    in_parallel(20, toggle)
    fold()

    assert Idea.objects.get(pk=mine.pk).votes_for == Vote.objects.filter(idea=mine, value=1).count()
    assert vote_counts(mine.pk)[0] == Vote.objects.filter(idea=mine, value=1).count()


def test_quota_of_waiting_ideas_holds_in_parallel():
    author, cycle = person(standing="newcomer"), pages.cycle()
    text = IdeaText(title="Запись к врачу", problem="Талонов нет.")

    made = in_parallel(MOST_PENDING + 6, lambda _: actions.submit_idea(author=author, cycle=cycle, text=text))

    assert len([one for one in made if one]) == MOST_PENDING
    assert Idea.objects.count() == MOST_PENDING
