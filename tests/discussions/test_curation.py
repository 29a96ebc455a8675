"""What moderators do with a thread besides hiding."""

import pytest

from crowd.errors import Invalid, NotAllowed, NotFound, PhaseClosed, QuotaReached
from crowd.events.models import Event
from crowd.people.models import Person
from discussions.actions import (
    add_note,
    hide_comment,
    lock_thread,
    pin_comment,
    post_comment,
    set_voice,
    unlock_thread,
    unpin_comment,
)
from discussions.models import Comment, ModeratorNote, Thread
from tests.factories import pages
from tests.factories.comments import comment, thread
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

ACTIONS = {
    "pin": lambda who, made: pin_comment(actor=who, comment_id=made.pk),
    "unpin": lambda who, made: unpin_comment(actor=who, comment_id=made.pk),
    "voice": lambda who, made: set_voice(actor=who, comment_id=made.pk, voice="official"),
    "lock": lambda who, made: lock_thread(actor=who, thread_id=made.thread_id, note="Ссора"),
    "unlock": lambda who, made: unlock_thread(actor=who, thread_id=made.thread_id),
    "note": lambda who, made: add_note(author=who, comment_id=made.pk, text="Звонила автору"),
}
KINDS = ("comment.pinned", "comment.unpinned", "comment.marked", "thread.locked", "thread.unlocked")


def kinds():
    return list(Event.objects.filter(kind__in=KINDS).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("role", "own", "allowed"),
    [
        (None, True, False),
        ("moderator", True, True),
        ("moderator", False, False),
        ("expert", True, False),
        ("editor", True, False),
        ("operator", True, False),
        ("administrator", True, True),
    ],
)
def test_only_moderators_of_the_campaign_may(action, role, own, allowed):
    ours, theirs = pages.campaign(), pages.campaign("Другой проект")
    made = comment(thread(pages.discussion(ours)))
    who = (
        person(is_superuser=role == "administrator")
        if role in {None, "administrator"}
        else with_role(role, ours if own else theirs)
    )

    if allowed:
        ACTIONS[action](who, made)
    else:
        with pytest.raises(NotAllowed):
            ACTIONS[action](who, made)

    assert bool(kinds() or ModeratorNote.objects.exists()) == (allowed and action not in {"unpin", "unlock"})


def test_comment_is_pinned_and_unpinned_once():
    made, moderator = comment(), with_role("moderator")

    for _ in range(2):
        pin_comment(actor=moderator, comment_id=made.pk)
    pinned = Comment.objects.get().pinned_at
    for _ in range(2):
        unpin_comment(actor=moderator, comment_id=made.pk)

    made.refresh_from_db()
    assert pinned is not None
    assert (made.pinned_at, made.seq, made.first_seq) == (None, 3, 1)
    assert kinds() == ["comment.pinned", "comment.unpinned"]


def test_three_comments_are_pinned_at_most():
    place, moderator = thread(), with_role("moderator")
    made = [comment(place) for _ in range(4)]
    for one in made[:3]:
        pin_comment(actor=moderator, comment_id=one.pk)

    with pytest.raises(QuotaReached):
        pin_comment(actor=moderator, comment_id=made[3].pk)
    hide_comment(comment_id=made[0].pk, actor_id=None)
    pin_comment(actor=moderator, comment_id=made[3].pk)

    made[3].refresh_from_db()
    assert made[3].pinned_at is not None


def test_answers_and_hidden_comments_are_not_pinned():
    place, moderator = thread(), with_role("moderator")
    first, hidden = comment(place), comment(place)
    answer = comment(place, parent=first)
    hide_comment(comment_id=hidden.pk, actor_id=None)

    for one in (answer, hidden):
        with pytest.raises(Invalid):
            pin_comment(actor=moderator, comment_id=one.pk)


def test_comment_is_marked_as_official():
    made, moderator = comment(), with_role("moderator")

    for _ in range(2):
        set_voice(actor=moderator, comment_id=made.pk, voice="official")
    with pytest.raises(Invalid):
        set_voice(actor=moderator, comment_id=made.pk, voice="king")

    made.refresh_from_db()
    assert (made.voice, made.seq, kinds()) == ("official", 2, ["comment.marked"])


@pytest.mark.parametrize(
    ("role", "expected"), [("expert", "expert"), ("moderator", "resident"), ("editor", "resident")]
)
def test_experts_speak_as_experts(role, expected):
    assert comment(author=with_role(role)).voice == expected


def test_experts_of_another_campaign_and_administrators_speak_as_residents():
    other = pages.campaign("Другой проект")

    said = [comment(author=who) for who in (with_role("expert", other), person(is_superuser=True))]

    assert [one.voice for one in said] == ["resident", "resident"]


def test_locked_thread_says_why_and_opens_again():
    place, moderator = thread(), with_role("moderator")

    lock_thread(actor=moderator, thread_id=place.pk, note="  Ждём ответа департамента. ")
    with pytest.raises(PhaseClosed):
        post_comment(author=person(), thread=place, body="Слово")
    place.refresh_from_db()
    locked = (place.state, place.lock_note)
    unlock_thread(actor=moderator, thread_id=place.pk)
    post_comment(author=person(), thread=place, body="Слово")

    place.refresh_from_db()
    assert locked == (Thread.State.LOCKED, "Ждём ответа департамента.")
    assert (place.state, place.lock_note) == (Thread.State.OPEN, "")
    assert kinds() == ["thread.locked", "thread.unlocked"]


@pytest.mark.parametrize("note", ["", "   ", "я" * 301])
def test_lock_needs_a_short_reason(note):
    with pytest.raises(Invalid):
        lock_thread(actor=with_role("moderator"), thread_id=thread().pk, note=note)


@pytest.mark.parametrize("text", ["", " ", "я" * 1001])
def test_note_needs_a_text(text):
    with pytest.raises(Invalid):
        add_note(author=with_role("moderator"), comment_id=comment().pk, text=text)


def test_what_is_missing_is_not_found():
    moderator = with_role("moderator")

    for action in (
        lambda: pin_comment(actor=moderator, comment_id=999),
        lambda: lock_thread(actor=moderator, thread_id=999, note="Ссора"),
        lambda: add_note(author=moderator, comment_id=999, text="Слово"),
    ):
        with pytest.raises(NotFound):
            action()
    assert Person.objects.count() == 1
