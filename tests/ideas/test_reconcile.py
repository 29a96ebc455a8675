from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ideas import actions
from ideas.models import Idea
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def test_counts_that_agree_are_left_whether_folded_or_not():
    mine = idea(imported_votes=3, votes_for=3)
    actions.cast_vote(person=person(), idea=mine, value=1)
    out = StringIO()

    call_command("reconcile", stdout=out)

    assert out.getvalue() == "Every count agrees with its rows.\n"
    assert Idea.objects.get().votes_for == 3


def test_wrong_count_is_named_and_mended():
    mine = idea(votes_for=17)
    actions.cast_vote(person=person(), idea=mine, value=1)
    out = StringIO()

    with pytest.raises(CommandError, match="1 counts differed"):
        call_command("reconcile", stdout=out)

    assert out.getvalue() == f"Idea {mine.pk}: 17 for and 0 against were stored, 0 and 0 are right.\n"
    assert Idea.objects.get().votes_for == 0
