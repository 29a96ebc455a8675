import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from discussions.actions import (
    delete_comment,
    edit_comment,
    hide_comment,
    open_thread,
    react_to_comment,
    reconcile_comments,
)
from discussions.models import Comment, Thread
from discussions.queries import changes_after
from tests.factories import pages
from tests.factories.comments import comment, thread
from tests.factories.people import person

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WRITERS = 20


def in_parallel(work):
    barrier = threading.Barrier(WRITERS)

    def run(number):
        barrier.wait(60)
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def test_parallel_posts_are_numbered_without_gap_or_double():
    place, writers = thread(), [person() for _ in range(WRITERS)]

    in_parallel(lambda number: comment(place, author=writers[number]))

    numbers = Comment.objects.order_by("seq").values_list("seq", flat=True)
    assert list(numbers) == list(range(1, WRITERS + 1))
    assert Thread.objects.get().last_seq == WRITERS


def test_reader_between_commits_never_sees_a_later_number_without_the_earlier():
    place, writers = thread(), [person() for _ in range(WRITERS)]
    seen = []

    def work(number):
        comment(place, author=writers[number])
        seen.append([one.seq for one in changes_after(place.pk, 0)])

    in_parallel(work)

    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen)


def test_parallel_hiding_and_posting_are_numbered_without_gap_or_double():
    place, writers = thread(), [person() for _ in range(WRITERS)]
    victims = [comment(place, author=writers[0]) for _ in range(WRITERS // 2)]

    def work(number):
        if number % 2:
            hide_comment(comment_id=victims[number // 2].pk, actor_id=None)
        else:
            comment(place, author=writers[number])

    in_parallel(work)

    numbers = list(Comment.objects.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(WRITERS // 2 + 1, WRITERS // 2 + WRITERS + 1))


def test_thread_opened_by_many_at_once_is_one():
    page = pages.discussion()

    threads = in_parallel(lambda _: open_thread(host_kind="discussion", host_id=page.pk, block=page).pk)

    assert len(set(threads)) == 1


def test_parallel_changes_of_one_branch_end_and_add_up():
    """Answers, edits, hiding and reactions beneath one comment take their locks in one order: nobody waits for ever."""
    place, people = thread(), [person() for _ in range(WRITERS)]
    first = comment(place, author=people[0])
    answers = [comment(place, author=one, parent=first) for one in people]

    def work(number):
        mine, who = answers[number], people[number]
        comment(place, author=who, parent=first)
        react_to_comment(person=people[number - 1], comment_id=mine.pk, value=1)
        if number:
            react_to_comment(person=who, comment_id=first.pk, value=1 if number % 2 else -1)
        edit_comment(author=who, comment_id=mine.pk, body=f"Иначе {number}", stance="")
        if number % 4 == 0:
            hide_comment(comment_id=mine.pk, actor_id=None)
        if number % 4 == 1:
            delete_comment(author=who, comment_id=mine.pk)

    in_parallel(work)

    assert reconcile_comments() == []
    first.refresh_from_db()
    assert (first.answer_count, first.up, first.down) == (2 * WRITERS - WRITERS // 2, WRITERS // 2, WRITERS // 2 - 1)
    numbered = Comment.objects.filter(root=first).order_by("answer_number").values_list("answer_number", flat=True)
    assert list(numbered) == list(range(1, 2 * WRITERS + 1))


def test_one_person_reacting_in_parallel_counts_once():
    made, who = comment(), person()

    in_parallel(lambda number: react_to_comment(person=who, comment_id=made.pk, value=1 if number % 2 else -1))

    made.refresh_from_db()
    assert made.reactions.count() == 1
    assert made.up + made.down == 1
    assert reconcile_comments() == []
