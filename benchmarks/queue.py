"""The moderators' queue with 50,000 waiting beside one with 10, through the whole of a request.

As many entries are drawn on both sides, the oldest of them flagged: a page shows ten. (Of the flagged part all ten are,
and first posts are looked up one by one: these rows tell what that costs.) Besides what waits there are public ideas
and comments of the same people. Each row counts the queries of both sides; of whoever moderates everything it is not
asked which campaigns. The median of what was decided is kept in the cache, as it is on a site where anybody works.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.databases import analyze
from benchmarks.timing import Row, compare
from crowd import clock
from crowd.moderation.models import Decision, Flag, FlagReason
from crowd.people.models import Person
from discussions.models import Comment, Thread
from ideas.bench import COMMENT, PROBLEM, Size, fill, make_cycle, make_people
from ideas.bulk import next_id, write_rows
from ideas.models import Idea, IdeaCyclePage
from tests.factories.people import with_role

SMALL, LARGE, TIMES = 10, 50_000, 31
USERS, PUBLIC, COMMENTS, DECISIONS = 2000, 5000, 20_000, 10_000
FLAGGED_EACH, NEW_EACH, THREADS = 50, 20, 100
QUEUE, COUNT, NEXT = "/admin/moderation/", "/admin/moderation/count/", "/admin/moderation/next/"


def run() -> list[Row]:
    people = make_people(USERS + USERS // NEW_EACH)
    old, new = people[:USERS], people[USERS:]
    public = make_cycle("Опубликованное")
    fill(public, old, Size(PUBLIC, USERS, COMMENTS))
    small, large = make_cycle("Мало"), make_cycle("Много")
    wait(small, SMALL, old, new)
    analyze()
    few, many, everything = _moderator(small), _moderator(large), _moderator(None)
    _decide(large)
    before = timed("queue of 10 and nothing else, beside itself", few, QUEUE, few, QUEUE)
    wait(large, LARGE, old, new)
    analyze()
    name = f"queue of {LARGE} {{}}, beside {SMALL}"
    further = QUEUE + "?after={}"
    rows = [
        before,
        timed(name.format("in one campaign"), many, QUEUE, few, QUEUE),
        timed(name.format("in all campaigns"), everything, QUEUE, few, QUEUE),
        timed(name.format("ideas"), everything, f"{QUEUE}?kind=idea", few, f"{QUEUE}?kind=idea"),
        timed(name.format("comments"), everything, f"{QUEUE}?kind=comment", few, f"{QUEUE}?kind=comment"),
        timed(name.format("first posts"), everything, f"{QUEUE}?new=1", few, QUEUE),
        timed(name.format("flagged"), everything, f"{QUEUE}?flags=1", few, QUEUE),
        timed(name.format("in the middle"), everything, further.format(_middle(large)), few, QUEUE),
        timed(f"count of {LARGE}, beside {SMALL}", everything, COUNT, few, COUNT),
    ]
    rows.append(take_next(many, few))
    apart = Row(
        what=f"queue of {SMALL} beside {LARGE} of others, beside what it was before them", **_apart(rows, before)
    )
    return [*rows, apart]


def wait(cycle: IdeaCyclePage, count: int, old: list[int], new: list[int]) -> None:
    """Let so many wait in the cycle's campaign, ideas and comments by halves, a minute apart, the newest now."""
    now, first_idea, first_comment = clock.now(), next_id(Idea), next_id(Comment)
    first_thread = next_id(Thread)
    threads = min(THREADS, count // 2)
    write_rows(
        Thread,
        ("id", "host_kind", "host_id", "block_id", "last_seq", "comment_count"),
        ((first_thread + n, "idea", first_idea + n, cycle.pk, 0, 0) for n in range(threads)),
    )

    def posts(of: int) -> Iterator[tuple[int, int, datetime]]:
        for number in range(of, count, 2):
            authors = old if number // 2 % NEW_EACH else new
            yield number // 2, authors[number // 2 // NEW_EACH % len(authors)], now - timedelta(minutes=number)

    write_rows(
        Idea,
        ("id", "cycle_id", "author_id", "title", "problem", "solution", "moderation", "created_at"),
        (
            (first_idea + n, cycle.pk, author, f"Идея {n}", PROBLEM, PROBLEM, Idea.Moderation.PENDING.value, moment)
            for n, author, moment in posts(0)
        ),
    )
    write_rows(
        Comment,
        ("id", "thread_id", "author_id", "body", "moderation", "created_at"),
        (
            (first_comment + n, first_thread + n % threads, author, COMMENT, Comment.Moderation.PENDING.value, moment)
            for n, author, moment in posts(1)
        ),
    )
    reason = FlagReason.objects.order_by("pk")[0]
    campaign = cycle.campaign_id
    write_rows(
        Flag,
        ("person_id", "kind", "subject_id", "campaign_id", "reason_id", "state", "created_at"),
        (
            (old[n % len(old)], kind, first + n, campaign, reason.pk, Flag.State.OPEN.value, now)
            for kind, first in (("idea", first_idea), ("comment", first_comment))
            for n in range(count // 2 - 1, -1, -FLAGGED_EACH)
        ),
    )


def _decide(cycle: IdeaCyclePage) -> None:
    """Leave decisions of the last month, as the median is asked of."""
    now, moderator = clock.now(), Person.objects.filter(roles__role="moderator")[0]
    write_rows(
        Decision,
        ("kind", "subject_id", "campaign_id", "outcome", "moderator_id", "decided_at", "posted_at"),
        (
            ("idea", n, cycle.campaign_id, "publish", moderator.pk, moment, moment - timedelta(seconds=n))
            for n, moment in ((n, now - timedelta(minutes=4 * n)) for n in range(1, DECISIONS + 1))
        ),
    )


def _moderator(cycle: IdeaCyclePage | None) -> Client:
    campaign: Any = cycle.get_parent().specific if cycle else None
    client = Client()
    client.force_login(with_role("moderator", campaign), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _middle(cycle: IdeaCyclePage) -> str:
    middle = Idea.objects.filter(cycle=cycle).order_by("created_at")[LARGE // 4]
    return f"{middle.created_at.isoformat()}~idea~{middle.pk}".replace("+", "%2B")


def take_next(ours: Client, other: Client) -> Row:
    """Take a case and give it back, so that there is always one to take."""

    def ask(client: Client) -> None:
        taken = client.post(NEXT, headers={"accept": "application/json"}).json()
        client.post(taken["url"] + "release/")

    for client in (ours, other):
        ask(client)
    counted = [_queries(partial(ask, client)) for client in (ours, other)]
    row = compare(f"next of {LARGE}, beside {SMALL}", lambda: ask(ours), lambda: ask(other), times=TIMES)
    return row | {"queries": counted}  # type: ignore[return-value]


def timed(what: str, client: Client, ours: str, beside: Client, other: str) -> Row:
    def ask(person: Client, url: str) -> None:
        answer = person.get(url)
        assert answer.status_code == 200, (url, answer.status_code)

    for person, url in ((client, ours), (beside, other)):
        ask(person, url)
    counted = [_queries(partial(ask, client, ours)), _queries(partial(ask, beside, other))]
    row = compare(what, lambda: ask(client, ours), lambda: ask(beside, other), times=TIMES)
    return row | {"queries": counted}  # type: ignore[return-value]


def _queries(work: partial[None]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def _apart(rows: list[Row], before: Row) -> dict[str, float]:
    """Return what a queue of ten takes while very many wait in other campaigns, beside what it took without them."""
    now, then = rows[1]["beside_ms"], before["ours_ms"]
    return {"ours_ms": now, "beside_ms": then, "ratio": now / then}
