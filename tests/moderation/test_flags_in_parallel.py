"""Flags and decisions about one post at once: one row each, one hiding, one who decides."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from django.http import Http404

from crowd.errors import AlreadyDecided
from crowd.events.models import Event
from crowd.moderation.models import Decision, Flag, Withholding
from tests.factories import comments, ideas, people
from tests.factories.flags import decided, flag

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*works):
    barrier = threading.Barrier(len(works))

    def run(work):
        barrier.wait(60)
        try:
            return work()
        except (AlreadyDecided, Http404):
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture(params=["idea", "comment"])
def post(request):
    return ideas.idea() if request.param == "idea" else comments.comment()


def flags_of(post, count):
    return [partial(flag, post, people.person()) for _ in range(count)]


def test_twelve_flags_at_once_hide_once(post):
    at_once(*flags_of(post, 12))

    post.refresh_from_db()
    assert post.moderation == "pending"
    assert Withholding.objects.count() == 1
    assert Event.objects.filter(kind="moderation.withheld").count() == 1
    # Who came after the third finds nothing to flag: what is not public is not there.
    assert Flag.objects.count() == 3


def test_one_person_who_presses_eight_times_has_one_flag(post):
    person = people.person()

    at_once(*[lambda: flag(post, person)] * 8)

    assert Flag.objects.count() == 1
    assert Event.objects.filter(kind="flag.raised").count() == 1


@pytest.mark.parametrize("outcome", ["keep", "hide"])
def test_three_flaggers_and_a_moderator(post, outcome):
    first = flag(post)
    moderator = people.with_role("moderator")

    at_once(*flags_of(post, 3), lambda: decided(post, outcome, moderator))

    post.refresh_from_db()
    flags, decision = Flag.objects.order_by("pk"), Decision.objects.first()
    settled = {"keep": "dismissed", "hide": "upheld"}[outcome]
    withheld = Withholding.objects.count()
    assert withheld <= 1
    if decision is None:
        # The flags were quicker than the moderator: what is withheld is decided in other words.
        assert (withheld, post.moderation) == (1, "pending")
        assert set(flags.values_list("state", flat=True)) == {"open"}
    else:
        assert Flag.objects.get(pk=first.pk).state == settled
        assert set(flags.filter(decision=decision).values_list("state", flat=True)) == {settled}
        # What was raised after the decision is open, and hides only where three of them came.
        after = flags.filter(state="open").count()
        expected = "hidden" if outcome == "hide" else "pending" if after == 3 else "published"
        assert post.moderation == expected
        assert withheld == (expected == "pending")


def test_two_moderators_decide_once_about_a_flagged_post(post):
    flag(post)
    first, second = people.with_role("moderator"), people.with_role("moderator")

    made = at_once(
        lambda: decided(post, "keep", first, seen=0),
        lambda: decided(post, "hide", second, seen=0),
    )

    [decision] = Decision.objects.all()
    assert [one for one in made if one] == [decision]
    assert set(Flag.objects.values_list("decision", flat=True)) == {decision.pk}
