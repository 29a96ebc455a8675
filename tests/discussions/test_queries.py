import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from discussions.actions import hide_comment, publish_comment
from discussions.queries import changes_after, comments_before, latest_changes, thread_context
from tests.factories.comments import comment, comments, thread
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def seqs(found):
    return [one.seq for one in found]


def test_changes_come_in_order_in_their_present_state():
    place = thread()
    first, second, third = (comment(place) for _ in range(3))
    hide_comment(comment_id=first.pk, actor_id=None)
    hide_comment(comment_id=second.pk, actor_id=None)
    publish_comment(comment_id=second.pk, actor_id=None)

    changes = changes_after(place.pk, 1)

    assert [(one.pk, one.seq, one.moderation) for one in changes] == [
        (third.pk, 3, "published"),
        (first.pk, 4, "hidden"),
        (second.pk, 6, "published"),
    ]


def test_changes_are_those_of_the_thread_and_public():
    place, waiting = thread(), comment()
    comment(place)

    assert waiting.pk not in [one.pk for one in changes_after(place.pk, 0)]


def test_changes_are_bounded_from_either_end():
    place = thread()
    comments(place, 10)

    assert seqs(changes_after(place.pk, 3, 4)) == [4, 5, 6, 7]
    assert seqs(latest_changes(place.pk, 8, 3)) == [6, 7, 8]


def test_comments_are_paged_backwards_by_first_publication():
    place = thread()
    comments(place, 10)
    hide_comment(comment_id=place.comments.get(seq=9).pk, actor_id=None)

    last = comments_before(place.pk, None, 3)
    earlier = comments_before(place.pk, last[0].first_seq, 3)

    assert [one.first_seq for one in last] == [7, 8, 10]
    assert [one.first_seq for one in earlier] == [4, 5, 6]


@pytest.mark.parametrize("signed_in", [False, True])
def test_number_of_queries_does_not_grow(rf, signed_in):
    author = person()
    few, many = thread(), thread()
    comment(few, author=author)
    comments(many, 30)
    for first in many.comments.order_by("-seq")[:30]:
        comment(many, author=author, parent=first)

    def count(place):
        request = rf.get("/")
        request.session, request.user = {}, person() if signed_in else AnonymousUser()
        with CaptureQueriesContext(connection) as queries:
            html = render_to_string("discussions/_thread.html", thread_context(place, request))
        return len(queries), html.count("data-comment=")

    assert count(few) == (5 if signed_in else 2, 1)
    assert count(many) == (5 if signed_in else 2, 40)
