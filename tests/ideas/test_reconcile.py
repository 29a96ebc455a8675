from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from discussions.models import Thread
from ideas import actions
from ideas.models import Idea
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def reconcile():
    out = StringIO()
    call_command("reconcile", stdout=out)
    return out.getvalue()


def test_counts_that_agree_are_left_whether_folded_or_not():
    mine = idea(imported_votes=3, votes_for=3, top_score=3.0)
    actions.cast_vote(person=person(), idea=mine, value=1)

    assert reconcile() == "Every count agrees with its rows.\n"
    assert Idea.objects.get().votes_for == 3


def test_counts_agree_when_all_is_folded():
    mine = idea(pages.cycle(voting="both"))
    for number, value in enumerate((1, 1, -1, 1, 0)):
        actions.cast_vote(person=person(verification=("email", "resident")[number % 2]), idea=mine, value=value)

    actions.fold_votes(idea_id=mine.pk)

    assert reconcile() == "Every count agrees with its rows.\n"


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (
            {"votes_for": 17, "top_score": 17.0},
            "votes_for 17 was stored, 0 is right, top_score 17 was stored, 0 is right",
        ),
        ({"votes_against": 2}, "votes_against 2 was stored, 0 is right"),
        ({"residents_for": 5}, "residents_for 5 was stored, 0 is right"),
        ({"residents_against": 1}, "residents_against 1 was stored, 0 is right"),
        ({"top_score": 0.5}, "top_score 0.5 was stored, 0 is right"),
    ],
)
def test_wrong_count_is_named_and_mended(stored, said):
    mine = idea(**stored)
    actions.cast_vote(person=person(verification="resident"), idea=mine, value=1)
    out = StringIO()

    with pytest.raises(CommandError, match="1 counts differed"):
        call_command("reconcile", stdout=out)

    assert out.getvalue() == f"Idea {mine.pk}: {said}\n"
    mended = Idea.objects.values(*stored).get()
    assert set(mended.values()) == {0}


def test_wrong_number_of_comments_is_mended():
    mine = idea(comments_folded=4)
    Thread.objects.filter(host_kind="idea", host_id=mine.pk).update(comment_count=0)
    out = StringIO()

    with pytest.raises(CommandError, match="1 counts differed"):
        call_command("reconcile", stdout=out)

    assert out.getvalue() == f"Idea {mine.pk}: 4 comments were stored, 0 are right.\n"
