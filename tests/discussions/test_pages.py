"""What stands on which page of a thread, in each order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discussions.actions import delete_comment, hide_comment, pin_comment, publish_comment, react_to_comment, set_voice
from discussions.models import Comment
from discussions.queries import Order, branch_page, cursor_of, order_of, thread_page
from tests.factories.comments import answers, comment, comments, thread
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db


def ids(shown):
    return [one.comment.pk for one in shown]


def whole(place, order):
    """All pages of this order, read one after another."""
    found, cursor = [], None
    while True:
        page = thread_page(place.pk, order, cursor)
        found.append(ids(page.comments))
        if not page.further:
            return found
        cursor = cursor_of(order, page.further)


def whole_backwards(place, order):
    """All pages of this order, from the last to the first."""
    page = thread_page(place.pk, order)
    while page.further:
        page = thread_page(place.pk, order, cursor_of(order, page.further))
    found = [ids(page.comments)]
    while page.earlier:
        page = thread_page(place.pk, order, cursor_of(order, page.earlier), back=True)
        found.append(ids(page.comments))
    return found


def lengths(found):
    return [len(page) for page in found]


def flat(found):
    return [pk for page in found for pk in page]


@pytest.mark.parametrize(("order", "expected"), [(Order.NEW, -1), (Order.OLD, 1)])
def test_pages_follow_publication_without_a_gap_or_a_double(order, expected):
    place = thread()
    written = [one.pk for one in comments(place, 45)]

    found = whole(place, order)

    assert lengths(found) == [20, 20, 5]
    assert flat(found) == written[::expected]


def test_comments_equally_supported_are_neither_lost_nor_doubled():
    place = thread()
    written = comments(place, 50)
    for number, one in enumerate(written):
        one.up = one.support = number % 3
    Comment.objects.bulk_update(written, ["up", "support"])

    found = whole(place, Order.TOP)

    best_first = sorted(written, key=lambda one: (-one.support, -one.first_seq))
    assert lengths(found) == [20, 20, 10]
    assert flat(found) == [one.pk for one in best_first]


@pytest.mark.parametrize("order", [Order.NEW, Order.OLD, Order.TOP])
def test_pages_are_turned_back(order):
    place = thread()
    comments(place, 65)
    Comment.objects.filter(first_seq__lte=30).update(up=1, support=1)
    forwards = whole(place, order)

    found = whole_backwards(place, order)

    assert found == list(reversed(forwards))


def test_way_back_that_is_shorter_than_a_page_leads_to_the_first():
    place = thread()
    said = comments(place, 45)

    page = thread_page(place.pk, Order.NEW, cursor_of(Order.NEW, "38"), back=True)
    beyond = thread_page(place.pk, Order.NEW, cursor_of(Order.NEW, "1"))

    assert ids(page.comments) == ids(beyond.comments) == [one.pk for one in reversed(said[25:])]
    assert (page.earlier, beyond.earlier, page.further) == ("", "", "26")


def test_disliked_comments_come_last():
    place = thread()
    disliked, plain, liked = (comment(place) for _ in range(3))
    react_to_comment(person=person(), comment_id=disliked.pk, value=-1)
    react_to_comment(person=person(), comment_id=liked.pk, value=1)

    assert whole(place, Order.TOP) == [[liked.pk, plain.pk, disliked.pk]]
    assert ids(thread_page(place.pk, Order.TOP, cursor_of(Order.TOP, "0.2")).comments) == [disliked.pk]


@pytest.mark.parametrize(
    ("order", "fields"), [(Order.EXPERTS, {"voice": "expert"}), (Order.QUESTIONS, {"stance": "question"})]
)
def test_lists_of_one_kind_hold_every_level(order, fields):
    place = thread()
    first = comment(place)
    beneath = comment(place, parent=first)
    hidden = comment(place)
    Comment.objects.filter(pk__in=[beneath.pk, hidden.pk]).update(**fields)
    hide_comment(comment_id=hidden.pk, actor_id=None)
    many = comments(place, 25)
    Comment.objects.filter(pk__in=[one.pk for one in many]).update(**fields)

    found = whole(place, order)

    assert lengths(found) == [20, 6]
    assert flat(found) == [*(one.pk for one in reversed(many)), beneath.pk]


def test_first_answers_stand_beneath_and_the_others_are_folded():
    place = thread()
    first, alone = comment(place), comment(place)
    first.refresh_from_db()
    written = answers(first, 14)

    page = thread_page(place.pk, Order.NEW, None)

    assert ids(page.comments) == [alone.pk, first.pk]
    assert [(ids(one.answers), one.left) for one in page.comments] == [
        ([], 0),
        ([written[0].pk, written[1].pk], 12),
    ]


def test_deeper_answer_joins_the_second_level():
    place = thread()
    first = comment(place)
    beneath = comment(place, parent=first)
    deeper = comment(place, parent=beneath)

    page = thread_page(place.pk, Order.NEW, None)

    assert [ids(one.answers) for one in page.comments] == [[beneath.pk, deeper.pk]]


def test_branch_holds_all_answers_in_pages():
    place = thread()
    first = comment(place)
    written = [one.pk for one in answers(first, 120)]

    pages, cursor = [], None
    while True:
        page = branch_page(first, cursor)
        pages.append(ids(page.branch.answers))
        if not page.further:
            break
        cursor = cursor_of(Order.OLD, page.further)
    before = branch_page(first, cursor_of(Order.OLD, page.earlier), back=True)

    assert lengths(pages) == [50, 50, 20]
    assert flat(pages) == written
    assert ids(before.branch.answers) == pages[1]
    assert ids(branch_page(first, (60,), back=True).branch.answers) == written[9:59]
    assert ids(branch_page(first, (30,), back=True).branch.answers) == pages[0]


def test_what_is_hidden_keeps_its_place_only_above_answers():
    place = thread()
    empty, answered_one, other = (comment(place) for _ in range(3))
    comment(place, parent=answered_one)
    hide_comment(comment_id=empty.pk, actor_id=None)
    delete_comment(author=answered_one.author, comment_id=answered_one.pk)

    page = thread_page(place.pk, Order.NEW, None)

    assert [(one.comment.pk, one.whole, len(one.answers)) for one in page.comments] == [
        (other.pk, True, 0),
        (answered_one.pk, False, 1),
    ]


def test_hidden_answer_is_gone_and_not_counted():
    place = thread()
    first = comment(place)
    hidden, _second, third, fourth = (comment(place, parent=first) for _ in range(4))
    hide_comment(comment_id=hidden.pk, actor_id=None)

    (shown,) = thread_page(place.pk, Order.NEW, None).comments
    branch = branch_page(first).branch

    assert (len(shown.answers), shown.left) == (1, 2)
    assert ids(branch.answers)[1:] == [third.pk, fourth.pk]


def test_pinned_stand_first_and_nowhere_else():
    place = thread()
    moderator = with_role("moderator")
    written = comments(place, 25)
    for one in (written[3], written[20]):
        pin_comment(actor=moderator, comment_id=one.pk)

    first = thread_page(place.pk, Order.NEW, None)
    second = thread_page(place.pk, Order.NEW, cursor_of(Order.NEW, first.further))

    assert ids(first.pinned) == [written[20].pk, written[3].pk]
    assert second.pinned == []
    assert ids(first.comments) + ids(second.comments) == [
        one.pk for one in reversed(written) if one not in (written[3], written[20])
    ]
    for order in (Order.OLD, Order.TOP):
        assert set(flat(whole(place, order))) == {one.pk for one in written} - set(ids(first.pinned))


def test_pinned_comment_that_is_hidden_leaves_its_place_above():
    place = thread()
    said = comment(place)
    comment(place, parent=said)
    pin_comment(actor=with_role("moderator"), comment_id=said.pk)
    hide_comment(comment_id=said.pk, actor_id=None)

    page = thread_page(place.pk, Order.NEW, None)

    assert (page.pinned, ids(page.comments)) == ([], [said.pk])


def test_comment_shown_again_stands_where_it_stood():
    place = thread()
    first, second = comment(place), comment(place)
    hide_comment(comment_id=first.pk, actor_id=None)
    publish_comment(comment_id=first.pk, actor_id=None)

    assert whole(place, Order.NEW) == [[second.pk, first.pk]]


def test_other_threads_and_what_waits_are_not_shown():
    place = thread()
    said = comment(place)
    comment()
    Comment.objects.create(thread=place, author=person(), body="Ждёт", moderation="pending")

    for order in (Order.NEW, Order.OLD, Order.TOP):
        assert whole(place, order) == [[said.pk]]


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "1.5.2", "٣", "1e9", "9" * 19, "0.", ".5", "1;drop", "\x00", "1 ", "½", "--1.1"]
)
def test_cursor_that_is_none_is_as_if_it_were_not_there(text):
    assert {cursor_of(order, text) for order in Order} == {None}


def test_cursors():
    assert cursor_of(Order.NEW, "17") == (17,)
    assert cursor_of(Order.TOP, "-3.17") == (-3, 17)
    assert cursor_of(Order.TOP, "17") is None
    assert [order_of(text) for text in ("top", "", "best")] == [Order.TOP, Order.NEW, Order.NEW]


@pytest.mark.parametrize("order", list(Order))
def test_page_is_one_query(order):
    place = thread()
    first = comment(place, stance="question")
    first.refresh_from_db()
    answers(first, 30)
    set_voice(actor=with_role("moderator"), comment_id=first.pk, voice="expert")
    pin_comment(actor=with_role("moderator"), comment_id=comments(place, 30)[0].pk)

    with CaptureQueriesContext(connection) as queries:
        page = thread_page(place.pk, order, None)
        names = [one.comment.author.display_name for one in page.comments]

    assert (len(queries), bool(names)) == (1, True)
