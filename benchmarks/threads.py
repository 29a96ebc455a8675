"""A long thread beside a short one, through the whole of a request: its first page, each order, the middle, a branch.

Pages are made anew for each request; what visitors get who are not signed in is mostly a kept one (kept_pages.py).
"""

from collections.abc import Callable
from datetime import timedelta

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

SHORT, LONG, BRANCH, TIMES = 10, 100_000, 10_000, 25
# A thread of a few pages: as much is drawn of it as of a long one.
SOME, SOME_BRANCH = 240, 60
ORDERS = ("new", "old", "top", "experts", "questions")
TEXT = "Записаться к врачу через портал стало проще, но талонов к узким специалистам по-прежнему не хватает."
AUTHORS, ANSWERS = 100, 2


def fill(size: int, authors: list[Person], *, branch: int = 0) -> Thread:
    """Make a thread of `size` comments: every third one is of the first level, the two that follow answer it.

    The first one of all has `branch` answers more. The database itself writes them, in two statements.
    """
    page = pages.discussion(title=f"{size} комментариев")
    thread = open_thread(host_kind="discussion", host_id=page.pk, block=page)
    # What a row holds besides what is said of it below, whatever columns there will be.
    model = Comment.objects.create(
        thread=thread,
        author=authors[0],
        moderation=Comment.Moderation.PENDING,
        created_at=clock.now() - timedelta(days=1),
    )
    plain = size - branch
    common = {
        "author_id": f"{authors[0].pk} + n.seq % {len(authors)}",
        "body": f"'{TEXT} ' || n.seq",
        "stance": "CASE WHEN n.seq % 10 = 0 THEN 'question' ELSE '' END",
        "voice": "CASE WHEN n.seq % 5 = 0 THEN 'expert' ELSE 'resident' END",
        "moderation": "'published'",
        "up": "n.seq * 7919 % 97",
        "support": "n.seq * 7919 % 97",
        "seq": "n.seq",
        "first_seq": "n.seq",
    }
    answers = f"CASE WHEN {plain} - n.seq < {ANSWERS} THEN {plain} - n.seq ELSE {ANSWERS} END"
    more = f"CASE WHEN n.seq = 1 THEN {branch} ELSE 0 END"
    _multiply(model, size, common | {"answer_count": f"{answers} + {more}"}, f"n.seq <= {plain} AND n.seq % 3 = 1")
    above = f"CASE WHEN n.seq > {plain} THEN 1 ELSE n.seq - (n.seq - 1) % 3 END"
    number = f"CASE WHEN n.seq > {plain} THEN n.seq - {plain - ANSWERS} ELSE (n.seq - 1) % 3 END"
    beneath = {"parent_id": "first.id", "root_id": "first.id", "answer_number": number}
    joined = f"JOIN discussions_comment first ON first.thread_id = {thread.pk} AND first.first_seq = {above}"
    _multiply(model, size, common | beneath, f"n.seq > {plain} OR n.seq % 3 != 1", joined)
    model.delete()
    Thread.objects.filter(pk=thread.pk).update(last_seq=size, comment_count=size)
    thread.refresh_from_db()
    return thread


def _multiply(model: Comment, size: int, said: dict[str, str], condition: str, joined: str = "") -> None:
    """Copy the row for each number up to `size` that meets the condition, but for what is said of its columns."""
    columns = [field.column for field in Comment._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 - Django documents it
    values = ", ".join(said.get(column, f"model.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < {size})"
            f" INSERT INTO discussions_comment ({', '.join(columns)})"
            f" SELECT {values} FROM n JOIN discussions_comment model ON model.id = {model.pk} {joined}"
            f" WHERE {condition}"
        )


def run() -> list[Row]:
    authors = Person.objects.bulk_create(
        Person(email=f"author{number}@example.org", display_name=f"Житель {number}") for number in range(AUTHORS)
    )
    short, some = fill(SHORT, authors), fill(SOME, authors, branch=SOME_BRANCH)
    long = fill(LONG, authors, branch=BRANCH)
    with connection.cursor() as cursor:
        # As the database itself does after a while.
        cursor.execute("ANALYZE")
    anonymous, resident = Client(), Client()
    resident.force_login(person(), backend="allauth.account.auth_backends.AuthenticationBackend")
    ways: list[tuple[str, Client, Callable[[Thread], str], Thread]] = [
        ("first page, kept", anonymous, _page, short),
        ("first page", anonymous, _page, short),
        ("first page, signed in", resident, _page, short),
        ("first page", anonymous, _page, some),
        ("first page, signed in", resident, _page, some),
        *(
            (f"by {order}", anonymous, lambda thread, order=order: f"{_comments(thread)}?order={order}", some)  # type: ignore[misc]
            for order in ORDERS
        ),
        ("from the middle", anonymous, lambda thread: f"{_comments(thread)}?from={thread.last_seq // 2}", some),
        ("one branch", anonymous, lambda thread: f"{_comments(thread)}?root={_first(thread)}", some),
        ("what changed, as JSON", anonymous, lambda thread: f"{_comments(thread)}?after={thread.last_seq - 50}", some),
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
