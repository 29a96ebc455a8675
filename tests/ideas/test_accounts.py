import pytest

from crowd.people.personal_data import registry
from ideas import actions
from ideas.models import Idea, Vote
from ideas.queries import vote_counts
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def cast(voter, mine, value):
    return actions.cast_vote(person=voter, idea=mine, value=value)


def counts_when_folded(mine):
    actions.fold_votes(idea_id=mine.pk)
    folded = Idea.objects.get(pk=mine.pk)
    return folded.votes_for, folded.votes_against


@pytest.mark.parametrize(
    ("kept", "gone", "counts"),
    [((1,), (), (1, 0)), ((), (1,), (1, 0)), ((1,), (1,), (1, 0)), ((1,), (-1,), (0, 1)), ((-1,), (1, 0), (0, 0))],
)
def test_merged_accounts_have_one_voice_for_an_idea_the_last(kept, gone, counts):
    mine, keep, other = idea(pages.cycle(voting="both")), person(), person()
    for voter, values in ((keep, kept), (other, gone)):
        for value in values:
            cast(voter, mine, value)

    actions.merge_votes(keep=keep, gone=other)

    assert list(Vote.objects.values_list("person", flat=True)) == [keep.pk]
    assert vote_counts(mine.pk) == counts
    assert counts_when_folded(mine) == counts
    assert actions.reconcile_counts() == []


def test_merged_accounts_have_no_more_voices_to_spend_than_one_person():
    cycle, keep, gone = pages.cycle(voting="budget", votes_each=2), person(), person()
    ideas = [idea(cycle) for _ in range(3)]
    cast(keep, ideas[0], 1)
    cast(gone, ideas[1], 1)
    cast(gone, ideas[2], 1)

    actions.merge_votes(keep=keep, gone=gone)

    assert [vote_counts(mine.pk) for mine in ideas] == [(1, 0), (1, 0), (0, 0)]
    assert actions.reconcile_counts() == []


def test_registry_merges_and_erases_votes():
    mine, keep, gone = idea(), person(), person()
    cast(gone, mine, 1)
    kind = registry.kinds["ideas.Vote"]

    kind.merge(gone, keep)
    merged = list(Vote.objects.values_list("person", flat=True))
    kind.erase(keep)

    assert merged == [keep.pk]
    assert not Vote.objects.exists()


def test_erased_account_votes_no_more_where_voting_goes_on_and_stays_in_results():
    running, over = idea(), idea()
    voter = person()
    cast(voter, running, 1)
    cast(voter, over, 1)
    over.cycle.phases.update(closes_at="2026-01-01T00:00:00Z", opens_at="2025-01-01T00:00:00Z")

    actions.erase_votes(person=voter)

    assert (vote_counts(running.pk), vote_counts(over.pk)) == ((0, 0), (1, 0))
    assert actions.reconcile_counts() == []
