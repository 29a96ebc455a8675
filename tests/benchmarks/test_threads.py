from benchmarks import threads
from crowd.people.models import Person
from discussions.actions.upkeep import reconcile_comments
from discussions.models import Comment
from tests.factories.people import person

SIZE, BRANCH = 20, 6


def authors():
    return [person(email=f"author{number}@example.org") for number in range(3)]


def test_filled_thread_is_as_actions_leave_it(db):
    writers = authors()

    thread = threads.fill(SIZE, writers, branch=BRANCH)
    wrong = [line for line in reconcile_comments() if "answers" in line or "comments" in line]
    comments = Comment.objects.filter(thread=thread)
    branch = comments.filter(root__first_seq=1).order_by("answer_number")

    assert wrong == []
    assert (thread.last_seq, thread.comment_count) == (SIZE, SIZE)
    assert list(comments.order_by("first_seq").values_list("first_seq", flat=True)) == list(range(1, SIZE + 1))
    assert list(branch.values_list("answer_number", flat=True)) == list(range(1, threads.ANSWERS + BRANCH + 1))
    assert set(comments.values_list("author", flat=True)) <= set(Person.objects.values_list("pk", flat=True))


def test_long_thread_asks_as_often_as_a_short_one(db, monkeypatch):
    monkeypatch.setattr(threads, "LONG", 100)
    monkeypatch.setattr(threads, "BRANCH", 10)
    monkeypatch.setattr(threads, "TIMES", 1)

    rows = threads.run()

    assert [row["what"] for row in rows if row["queries"][0] != row["queries"][1]] == []
