"""A long thread beside a short one, through the whole of a request: its first page, each order, the middle, a branch.

Pages are made anew for each request; what visitors get who are not signed in is mostly a kept one (kept_pages.py).
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import islice

from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.timing import Row, compare
from crowd import clock
from crowd.people.models import Person
from discussions.actions import open_thread
from discussions.models import Comment, Thread
from tests.factories import pages
from tests.factories.people import person

SHORT, FULL, LONG, BRANCH, TIMES = 10, 60, 100_000, 10_000, 25
ORDERS = ("new", "old", "top", "experts", "questions")
TEXT = "Записаться к врачу через портал стало проще, но талонов к узким специалистам по-прежнему не хватает."
AUTHORS, BATCH, ANSWERS = 100, 2000, 2


def fill(size: int, authors: list[Person], *, branch: int = 0) -> Thread:
    """Make a thread of `size` comments: every third one is of the first level, the two that follow answer it.

    The first one of all has `branch` answers more than that.
    """
    page = pages.discussion(title=f"{size} комментариев")
    thread = open_thread(host_kind="discussion", host_id=page.pk, block=page)
    seqs = range(1, size - branch + 1)
    firsts = {seq: _comment(thread, authors, seq) for seq in seqs[:: ANSWERS + 1]}
    for seq, first in firsts.items():
        first.answer_count = min(ANSWERS, len(seqs) - seq)
    firsts[1].answer_count += branch
    _insert(firsts.values())
    beneath = ((seq, 1 + (seq - 1) // (ANSWERS + 1) * (ANSWERS + 1)) for seq in seqs if seq not in firsts)
    _insert(_comment(thread, authors, seq, root=firsts[first], number=seq - first) for seq, first in beneath)
    late = range(size - branch + 1, size + 1)
    _insert(_comment(thread, authors, seq, root=firsts[1], number=seq - late[0] + ANSWERS + 1) for seq in late)
    Thread.objects.filter(pk=thread.pk).update(last_seq=size)
    thread.refresh_from_db()
    return thread


def _comment(
    thread: Thread, authors: list[Person], seq: int, *, root: Comment | None = None, number: int | None = None
) -> Comment:
    up = seq * 7919 % 97
    return Comment(
        thread=thread,
        author=authors[seq % len(authors)],
        parent=root,
        root=root,
        body=f"{TEXT} {seq}",
        stance="question" if seq % 10 == 0 else "",
        voice="expert" if seq % 5 == 0 else "resident",
        moderation="published",
        up=up,
        support=up,
        seq=seq,
        first_seq=seq,
        answer_number=number,
        created_at=clock.now() - timedelta(seconds=60 * 60 * 24),
    )


def _insert(comments: object) -> None:
    waiting = iter(comments)  # type: ignore[call-overload]
    while batch := list(islice(waiting, BATCH)):
        Comment.objects.bulk_create(batch)


def run() -> list[Row]:
    authors = [person() for _ in range(AUTHORS)]
    short, full = fill(SHORT, authors), fill(FULL, authors)
    long = fill(LONG, authors, branch=BRANCH)
    with connection.cursor() as cursor:
        # As the database itself does after a while.
        cursor.execute("ANALYZE")
    anonymous, resident = Client(), Client()
    resident.force_login(authors[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    ways: list[tuple[str, Client, Callable[[Thread], str], Thread]] = [
        ("first page, kept", anonymous, _page, short),
        ("first page", anonymous, _page, short),
        ("first page, signed in", resident, _page, short),
        ("first page", anonymous, _page, full),
        ("first page, signed in", resident, _page, full),
        *(
            (f"by {order}", anonymous, lambda thread, order=order: f"{_comments(thread)}?order={order}", full)  # type: ignore[misc]
            for order in ORDERS
        ),
        ("from the middle", anonymous, lambda thread: f"{_comments(thread)}?before={thread.last_seq // 2 + 16}", full),
        ("one branch", anonymous, lambda thread: f"{_comments(thread)}?root={_first(thread)}", full),
        ("what changed, as JSON", anonymous, lambda thread: f"{_comments(thread)}?after={thread.last_seq - 50}", full),
    ]
    return [beside(what, client, address, long, short) for what, client, address, short in ways]


def beside(what: str, client: Client, address: Callable[[Thread], str], long: Thread, short: Thread) -> Row:
    caches["pages"].clear()
    headers = {"accept": "application/json"} if "JSON" in what else {}
    ours, other = address(long), address(short)

    def ask(url: str) -> None:
        answer = client.get(url, headers=headers)
        assert answer.status_code == 200, (url, answer.status_code)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            ask(url)
        return len(captured)

    with override_settings(PAGES_CACHE_SECONDS=300 if "kept" in what else 0):
        ask(ours), ask(other)
        counted = [queries(ours), queries(other)]
        row = compare(
            f"thread of {long.last_seq}, {what}, beside {short.last_seq}",
            lambda: ask(ours),
            lambda: ask(other),
            times=TIMES,
        )
    return row | {"queries": counted}  # type: ignore[return-value]


def _page(thread: Thread) -> str:
    url: str = thread.block.url
    return url


def _comments(thread: Thread) -> str:
    return f"/threads/{thread.pk}/comments/"


def _first(thread: Thread) -> int:
    return Comment.objects.values_list("pk", flat=True).get(thread=thread, first_seq=1)
