"""Handing on, joining and deciding at once: one of them holds, and nobody waits for ever."""

import pytest

from crowd.errors import AlreadyDecided, DomainError
from crowd.moderation.models import Decision, Escalation
from ideas.models import Idea
from tests.factories import ideas, pages, people
from tests.factories.cases import escalated, repeated
from tests.factories.flags import decided
from tests.moderation.test_flags_in_parallel import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def moderators():
    return [people.with_role("moderator") for _ in range(8)]


def test_eight_who_hand_on_at_once_leave_one_trace(moderators):
    post = ideas.idea(moderation=Idea.Moderation.PENDING)

    at_once(*[lambda one=one: escalated(post, one) for one in moderators])

    assert Escalation.objects.count() == 1


def test_a_decision_and_a_handing_on_come_one_after_the_other(moderators):
    post = ideas.idea(moderation=Idea.Moderation.PENDING)
    first, second = moderators[:2]

    at_once(lambda: decided(post, "reject", first, seen=0), lambda: escalated(post, second, seen=0))

    # Whoever came second: the decision holds, and nothing stays handed on.
    assert Decision.objects.count() == 1
    assert Escalation.objects.open().count() == 0


def test_two_that_are_joined_to_each_other_at_once_do_not_wait_for_each_other(moderators):
    cycle = pages.cycle()
    for _ in range(5):
        first, second = ideas.idea(cycle), ideas.idea(cycle)

        def join(one, other, moderator):
            try:
                return repeated(one, other, moderator)
            except AlreadyDecided:
                raise
            except DomainError:
                return None

        made = at_once(
            lambda: join(first, second, moderators[0]),  # noqa: B023 - run before the loop goes on
            lambda: join(second, first, moderators[1]),  # noqa: B023
        )

        assert sum(one is not None for one in made) == 1
