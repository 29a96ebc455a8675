"""What authors do with what they wrote: change it for a quarter of an hour, take it back at any time."""

from datetime import timedelta

import pytest

from crowd import clock
from crowd.campaigns.models import BlockPage
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, NotSignedIn, PhaseClosed
from crowd.events.models import Event
from discussions.actions import (
    delete_comment,
    edit_comment,
    hide_comment,
    post_comment,
    publish_comment,
    reject_comment,
)
from discussions.models import Comment, CommentVersion, Thread
from discussions.rules import EDIT_WINDOW
from tests.factories import pages
from tests.factories.comments import comment, thread
from tests.factories.people import person

pytestmark = pytest.mark.django_db

Moderation = Comment.Moderation


def edit(made, body="Нужны две площадки", stance="", author=None):
    return edit_comment(author=author or made.author, comment_id=made.pk, body=body, stance=stance)


def kinds():
    return list(Event.objects.filter(subject_kind="comment").order_by("pk").values_list("kind", flat=True))


def age(made, by):
    Comment.objects.filter(pk=made.pk).update(created_at=clock.now() - by)


def test_edited_comment_keeps_its_place_and_its_former_text():
    made = comment(body="Нужна площадка", stance="for")

    edit(made, "Нужны две площадки", "proposal")
    edit(made, "Нужны три площадки", "proposal")

    made.refresh_from_db()
    assert (made.body, made.stance, made.seq, made.first_seq) == ("Нужны три площадки", "proposal", 3, 1)
    assert made.edited_at is not None
    versions = CommentVersion.objects.values_list("number", "body", "stance")
    assert list(versions) == [(1, "Нужна площадка", "for"), (2, "Нужны две площадки", "proposal")]
    first, second = CommentVersion.objects.all()
    assert first.written_at == made.created_at < second.written_at < made.edited_at
    assert kinds() == ["comment.published", "comment.edited", "comment.edited"]


def test_edit_that_changes_nothing_takes_no_number():
    made = comment(body="Нужна площадка")

    edit(made, " Нужна площадка\r\n")

    assert Thread.objects.get().last_seq == 1
    assert not CommentVersion.objects.exists()
    assert kinds() == ["comment.published"]


def test_edit_before_anybody_read_it_leaves_no_version():
    place = thread(pages.discussion(comments_premoderation=BlockPage.Premoderation.EVERYBODY))
    made = comment(place)

    edit(made)

    made.refresh_from_db()
    assert (made.moderation, made.seq, made.edited_at) == (Moderation.PENDING, None, None)
    assert not CommentVersion.objects.exists()


def test_edit_of_whose_posts_are_looked_at_waits_again():
    place = thread(pages.discussion(comments_premoderation=BlockPage.Premoderation.NEWCOMERS))
    made = comment(place, author=person(standing="newcomer"))
    publish_comment(comment_id=made.pk, actor_id=None)

    edit(made, "Купите слона")

    made.refresh_from_db()
    assert (made.moderation, made.seq, made.first_seq) == (Moderation.PENDING, 2, 1)
    assert kinds() == ["comment.posted", "comment.published", "comment.withheld"]
    assert Thread.objects.get().comment_count == 0


@pytest.mark.parametrize(("minutes", "expected"), [(14, True), (15, False), (60 * 24, False)])
def test_edit_window(minutes, expected):
    made = comment()
    age(made, timedelta(minutes=minutes))

    if expected:
        edit(made)
    else:
        with pytest.raises(PhaseClosed):
            edit(made)

    made.refresh_from_db()
    assert (made.body == "Нужны две площадки") == expected
    assert timedelta(minutes=15) == EDIT_WINDOW


@pytest.mark.parametrize(
    ("body", "stance", "field"),
    [("", "", "body"), ("я" * 5001, "", "body"), ("а\x00", "", "body"), ("а", "x", "stance")],
)
def test_edit_refuses_what_posting_refuses(body, stance, field):
    made = comment()

    with pytest.raises(Invalid) as refused:
        edit(made, body, stance)

    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("change", [edit, lambda made, author: delete_comment(author=author, comment_id=made.pk)])
def test_only_the_author_may(change):
    made = comment()

    with pytest.raises(NotAllowed):
        change(made, author=person())

    made.refresh_from_db()
    assert (made.body, made.moderation) == ("Нужна детская площадка", Moderation.PUBLISHED)


def test_nobody_signed_in_may_not():
    made = comment()

    with pytest.raises(NotSignedIn):
        edit_comment(author=None, comment_id=made.pk, body="Слово", stance="")
    with pytest.raises(NotSignedIn):
        delete_comment(author=None, comment_id=made.pk)


def test_missing_comment_is_not_found():
    with pytest.raises(NotFound):
        edit_comment(author=person(), comment_id=12345, body="Слово", stance="")
    with pytest.raises(NotFound):
        delete_comment(author=person(), comment_id=12345)


@pytest.mark.parametrize("withdraw", [hide_comment, reject_comment])
def test_hidden_comment_is_not_its_authors_to_change(withdraw):
    made = comment()
    withdraw(comment_id=made.pk, actor_id=None)

    with pytest.raises(AlreadyDecided):
        edit(made)
    with pytest.raises(AlreadyDecided):
        delete_comment(author=made.author, comment_id=made.pk)


def test_edit_in_a_closed_phase_or_thread_is_refused():
    page = pages.discussion()
    place = thread(page)
    made = comment(place)

    place.state = Thread.State.LOCKED
    place.save()
    with pytest.raises(PhaseClosed):
        edit(made)
    place.state = Thread.State.OPEN
    place.save()
    page.phases.all().delete()
    with pytest.raises(PhaseClosed):
        edit(made)


def test_deleted_comment_is_gone_for_good():
    made = comment()

    delete_comment(author=made.author, comment_id=made.pk)
    delete_comment(author=made.author, comment_id=made.pk)
    hide_comment(comment_id=made.pk, actor_id=None)

    made.refresh_from_db()
    assert (made.moderation, made.seq) == (Moderation.DELETED, 2)
    assert kinds() == ["comment.published", "comment.deleted"]
    with pytest.raises(AlreadyDecided):
        edit(made)


def test_comment_is_deleted_after_the_phase_too():
    page = pages.discussion()
    made = comment(thread(page))
    page.phases.all().delete()
    age(made, timedelta(days=30))

    delete_comment(author=made.author, comment_id=made.pk)

    made.refresh_from_db()
    assert made.moderation == Moderation.DELETED


def test_answers_are_numbered_and_counted_beneath_the_first_comment():
    place = thread()
    first, other = comment(place), comment(place)
    answers = [comment(place, parent=first), comment(place, parent=other), comment(place, parent=first)]
    deeper = comment(place, parent=answers[0])

    delete_comment(author=answers[2].author, comment_id=answers[2].pk)

    assert [one.answer_number for one in (*answers, deeper)] == [1, 1, 2, 3]
    counts = dict(Comment.objects.firsts().values_list("pk", "answer_count"))
    assert counts == {first.pk: 2, other.pk: 1}
    assert Thread.objects.get().comment_count == 5


def test_answer_is_numbered_when_it_is_first_public():
    place = thread(pages.discussion(comments_premoderation=BlockPage.Premoderation.NEWCOMERS))
    first = comment(place)
    waiting = comment(place, parent=first, author=person(standing="newcomer"))
    post_comment(author=person(), thread=place, body="Раньше", parent=first)

    publish_comment(comment_id=waiting.pk, actor_id=None)
    hide_comment(comment_id=waiting.pk, actor_id=None)
    publish_comment(comment_id=waiting.pk, actor_id=None)

    waiting.refresh_from_db()
    first.refresh_from_db()
    assert (waiting.answer_number, waiting.first_seq, first.answer_count) == (2, 3, 2)
