import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, Q, Sum

from crowd.campaigns.models import Phase
from crowd.clock import now
from crowd.errors import PhaseClosed, QuotaReached
from crowd.events.models import Event
from ideas import actions
from ideas.actions import IdeaText
from ideas.handlers import fold_votes
from ideas.models import Idea, Vote, VoteChange
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


def test_parallel_requests_of_one_key_are_one():
    mine, voter = idea(pages.cycle(voting="both")), person()

    in_parallel(20, lambda n: actions.cast_vote(person=voter, idea=mine, value=(1, -1)[n % 2], key="one"))

    assert sorted(vote_counts(mine.pk)) == [0, 1]
    assert Event.objects.filter(kind="vote.cast").count() == 1


def test_two_hundred_people_toggle_on_twenty_ideas_while_votes_are_folded():
    cycle = pages.cycle(voting="both")
    ideas = [idea(cycle) for _ in range(20)]
    voters = [person(verification=("email", "resident")[number % 2]) for number in range(200)]

    def toggle(number):
        choice = random.Random(number)
        for voter in voters[number::20]:
            for mine in choice.sample(ideas, len(ideas)):
                actions.cast_vote(person=voter, idea=mine, value=choice.choice((-1, 0, 1)))
                if choice.random() < 0.3:
                    actions.cast_vote(person=voter, idea=mine, value=choice.choice((-1, 0, 1)))
            if number % 5 == 0:
                fold()

    in_parallel(20, toggle)
    fold()

    rows = {value: Q(votes__value=value) for value in (1, -1)}
    residents = Q(votes__by_resident=True)
    counted = Idea.objects.annotate(
        up=Count("votes", filter=rows[1]),
        down=Count("votes", filter=rows[-1]),
        resident_up=Count("votes", filter=rows[1] & residents),
        resident_down=Count("votes", filter=rows[-1] & residents),
    )
    assert Vote.objects.count() == 4000
    assert VoteChange.objects.count() == 0
    for mine in counted:
        stored = (mine.votes_for, mine.votes_against, mine.residents_for, mine.residents_against)
        assert stored == (mine.up, mine.down, mine.resident_up, mine.resident_down)
    assert actions.reconcile_counts() == []


def test_budget_of_five_holds_under_twenty_parallel_votes():
    cycle = pages.cycle(voting="budget", votes_each=5)
    ideas, voter = [idea(cycle) for _ in range(20)], person()

    given = in_parallel(20, lambda number: actions.cast_vote(person=voter, idea=ideas[number], value=1))

    assert len([vote for vote in given if vote]) == 5
    assert Vote.objects.filter(person=voter, value=1).count() == 5
    assert VoteChange.objects.aggregate(sum=Sum("votes_for")) == {"sum": 5}


@pytest.mark.parametrize(("late", "values"), [(1, (1,)), (1, (0,)), (-60_000, (1, 0, 1))])
def test_millisecond_after_closing_is_too_late(late, values):
    mine, voter = idea(), person()
    Phase.objects.filter(page_id=mine.cycle_id).update(closes_at=now() - timedelta(milliseconds=late))

    def cast():
        return [actions.cast_vote(person=voter, idea=mine, value=value) for value in values]

    if late < 0:
        assert [vote.value for vote in cast()] == list(values)
    else:
        with pytest.raises(PhaseClosed):
            cast()
        assert not Vote.objects.exists()


def test_vote_that_waits_at_the_lock_until_voting_is_over_is_refused():
    mine, voter = idea(pages.cycle(voting="both")), person()
    actions.cast_vote(person=voter, idea=mine, value=1)
    refused = []

    def change():
        try:
            actions.cast_vote(person=voter, idea=mine, value=-1)
        except PhaseClosed as error:
            refused.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        Vote.objects.select_for_update().get()
        other = threading.Thread(target=change)
        other.start()
        wait_for_a_lock()
        # Closed by another connection, so that it holds before this transaction ends.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(close_voting).result()
    other.join(60)

    assert len(refused) == 1
    assert Vote.objects.get().value == 1


def close_voting():
    try:
        Phase.objects.update(closes_at=now())
    finally:
        connection.close()


def wait_for_a_lock():
    for _ in range(10_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def test_quota_of_waiting_ideas_holds_in_parallel():
    author, cycle = person(standing="newcomer"), pages.cycle()
    text = IdeaText(title="Запись к врачу", problem="Талонов нет.")

    made = in_parallel(MOST_PENDING + 6, lambda _: actions.submit_idea(author=author, cycle=cycle, text=text))

    assert len([one for one in made if one]) == MOST_PENDING
    assert Idea.objects.count() == MOST_PENDING
