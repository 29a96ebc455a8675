"""Operators at several desks at once: one document is one person, one person has one voice."""

import pytest

from crowd.people.models import Person, ResidentConfirmation
from crowd.people.residents import receive_resident
from ideas.actions.operators import cast_vote_for
from ideas.models import Idea, OperatorEntry, Vote, VoteChange
from tests.factories import ideas, people
from tests.ideas.test_votes_in_parallel import in_parallel

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

DESKS = 8


def test_one_document_at_many_desks_is_one_person_with_one_voice():
    idea = ideas.idea()
    campaign = idea.cycle.get_parent()
    operators = [people.with_role("operator", campaign) for _number in range(DESKS)]
    known = Person.objects.count()

    def enter(number):
        operator = Person.objects.get(pk=operators[number].pk)
        resident = receive_resident(
            operator=operator, document_number="67 01 123456", display_name="Анна С.", municipality=None
        )
        asked = Idea.objects.select_related("cycle").get(pk=idea.pk)
        return cast_vote_for(operator=operator, resident=resident, idea=asked, value=1, consent="бланк").vote.pk

    votes = in_parallel(DESKS, enter)

    assert len(set(votes)) == 1
    assert Person.objects.count() == known + 1
    assert (ResidentConfirmation.objects.count(), Vote.objects.count()) == (1, 1)
    assert (VoteChange.objects.count(), OperatorEntry.objects.count()) == (1, 1)
