import pytest

from crowd.errors import Invalid, NotAllowed, NotFound, NotSignedIn, PhaseClosed
from crowd.events.models import Event
from discussions.actions import hide_comment, react_to_comment, reconcile_comments
from discussions.models import Comment, Reaction, Thread
from tests.factories import pages
from tests.factories.comments import comment, thread
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def counts(made):
    made.refresh_from_db()
    return made.up, made.down, made.support


def react(made, who, value):
    return react_to_comment(person=who, comment_id=made.pk, value=value)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1], (1, 0, 1)),
        ([-1], (0, 1, -1)),
        ([1, 1], (1, 0, 1)),
        ([1, -1], (0, 1, -1)),
        ([1, 0], (0, 0, 0)),
        ([0], (0, 0, 0)),
        ([-1, 0, 1], (1, 0, 1)),
    ],
)
def test_person_has_one_reaction(values, expected):
    made, who = comment(), person()

    for value in values:
        answered = react(made, who, value)

    assert counts(made) == expected
    assert (answered.up, answered.down) == expected[:2]
    assert list(Reaction.objects.values_list("value", flat=True)) == ([values[-1]] if values[-1] else [])


def test_reactions_of_many_add_up():
    made = comment()

    for value in (1, 1, 1, -1):
        react(made, person(), value)

    assert counts(made) == (3, 1, 2)


def test_event_names_no_one_and_changes_nothing_of_the_thread():
    made = comment()

    react(made, person(), 1)
    event = Event.objects.get(kind="reaction.changed")

    assert (event.actor_id, event.payload) == (None, {"thread": made.thread_id, "comment": made.pk})
    assert Thread.objects.get().last_seq == 1


def test_repeated_reaction_records_nothing():
    made, who = comment(), person()
    react(made, who, 1)

    react(made, who, 1)

    assert Event.objects.filter(kind="reaction.changed").count() == 1


def test_own_comment_is_for_others():
    made = comment()

    with pytest.raises(NotAllowed):
        react(made, made.author, 1)

    assert counts(made) == (0, 0, 0)


@pytest.mark.parametrize("value", [2, -2, 100])
def test_other_values_are_refused(value):
    with pytest.raises(Invalid):
        react(comment(), person(), value)


def test_refusals():
    page = pages.discussion()
    place = thread(page)
    made, hidden = comment(place), comment(place)
    hide_comment(comment_id=hidden.pk, actor_id=None)

    with pytest.raises(NotSignedIn):
        react(made, None, 1)
    with pytest.raises(NotFound):
        react(hidden, person(), 1)
    with pytest.raises(NotFound):
        react_to_comment(person=person(), comment_id=54321, value=1)
    Thread.objects.update(state=Thread.State.LOCKED)
    with pytest.raises(PhaseClosed):
        react(made, person(), 1)
    Thread.objects.update(state=Thread.State.OPEN)
    page.phases.all().delete()
    with pytest.raises(PhaseClosed):
        react(made, person(), 1)
    page.unpublish()
    with pytest.raises(NotFound):
        react(made, person(), 1)
    assert not Reaction.objects.exists()


def test_wrong_count_keeps_nobody_from_hiding():
    place = thread()
    made = comment(place, parent=comment(place))
    Thread.objects.update(comment_count=0)
    Comment.objects.update(answer_count=0)

    hide_comment(comment_id=made.pk, actor_id=None)

    made.refresh_from_db()
    assert made.moderation == Comment.Moderation.HIDDEN
    assert len(reconcile_comments()) == 1


def test_reconcile_repairs_what_differs():
    place = thread()
    made = comment(place)
    comment(place, parent=made)
    react(made, person(), 1)
    assert reconcile_comments() == []
    Comment.objects.filter(pk=made.pk).update(up=5, down=2, support=3, answer_count=7)
    Thread.objects.update(comment_count=9)

    told = reconcile_comments()

    assert told == [
        f"Thread {place.pk}: 9 comments were stored, 2 is right.",
        f"Comment {made.pk}: 7 answers were stored, 1 is right.",
        f"Comment {made.pk}: 5 for and 2 against were stored, 1 and 0 are right.",
    ]
    assert counts(made) == (1, 0, 1)
    assert reconcile_comments() == []
