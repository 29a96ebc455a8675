"""A vote through the action, beside its upsert, change, event and deliveries as bare SQL in one transaction.

The time that both spend in the database, without and with the one statement by which a vote asks who votes (a request
reads that together with the idea); and the time that both take in all, with what Python does meanwhile.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median
from typing import Any

from django.db import connection, transaction

from benchmarks.timing import Row, compare
from crowd.events.registry import registry
from ideas.actions import cast_vote
from ideas.models import Idea, new_receipt
from ideas.queries.voting import read_ballot, with_ballot
from tests.factories.ideas import idea
from tests.factories.people import person

TIMES = 200


class Stopwatch:
    """How many milliseconds statements and commits have taken."""

    def __init__(self) -> None:
        self.spent = 0.0

    def around(self, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        try:
            return work()
        finally:
            self.spent += (time.perf_counter() - start) * 1000

    def statement(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        return self.around(lambda: execute(*arguments))


@contextmanager
def in_database() -> Iterator[Stopwatch]:
    """Time statements and the commit, nothing that happens between them."""
    watch, commit = Stopwatch(), connection._commit  # noqa: SLF001 - statements have a public hook, the commit has none
    connection._commit = lambda: watch.around(commit)  # type: ignore[method-assign]  # noqa: SLF001
    try:
        with connection.execute_wrapper(watch.statement):
            yield watch
    finally:
        connection._commit = commit  # type: ignore[method-assign]  # noqa: SLF001


def run() -> list[Row]:
    mine = idea()
    voters = [person() for _ in range(6 * TIMES)]
    number, nth = count(), count()
    ideas = Idea.objects.select_related("cycle").filter(pk=mine.pk)
    # As a request reads them together, before the vote.
    read = [with_ballot(ideas, voters[nth]).get() for nth in range(6 * TIMES)]
    fresh = [ideas.get() for _ in range(TIMES)]
    consumers = [consumer.name for consumer in registry.listening_to("vote.cast")]

    def ours() -> None:
        turn = next(number)
        cast_vote(person=voters[turn], idea=read[turn], value=1, ballot=read_ballot(read[turn]))

    def asking() -> None:
        cast_vote(person=voters[next(number)], idea=fresh[next(nth)], value=1)

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ideas_vote (idea_id, person_id, value, receipt, by_resident, cast_at)"
                " VALUES (%s, %s, 1, %s, %s, CURRENT_TIMESTAMP) ON CONFLICT (idea_id, person_id)"
                " DO UPDATE SET value = excluded.value RETURNING id",
                [mine.pk, voters[next(number)].pk, new_receipt(), False],
            )
            cursor.execute(
                "INSERT INTO ideas_votechange"
                " (idea_id, votes_for, votes_against, residents_for, residents_against) VALUES (%s, 1, 0, 0, 0)",
                [mine.pk],
            )
            cursor.execute(
                "INSERT INTO events_event (kind, subject_kind, subject_id, payload, created_at)"
                " VALUES ('vote.cast', 'idea', %s, '{}', CURRENT_TIMESTAMP) RETURNING id",
                [mine.pk],
            )
            event = cursor.fetchone()[0]
            for consumer in consumers:
                cursor.execute(
                    "INSERT INTO events_delivery (event_id, consumer, key, status, attempts, due_at, error)"
                    " VALUES (%s, %s, %s, 'pending', 0, CURRENT_TIMESTAMP, '')",
                    [event, consumer, f"idea:{mine.pk}"],
                )

    return [
        _spent_in_database("time in the database per vote, beside bare SQL", ours, bare),
        _spent_in_database("the same, with what a vote asks beforehand", asking, bare),
        compare("a vote in all, beside bare SQL", ours, bare, times=TIMES),
    ]


def _spent_in_database(what: str, ours: Callable[[], None], bare: Callable[[], None]) -> Row:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(TIMES):
        for side, work in zip(taken, (ours, bare), strict=True):
            with in_database() as watch:
                work()
            side.append(watch.spent)
    first, second = median(taken[0]), median(taken[1])
    return Row(what=what, ours_ms=first, beside_ms=second, ratio=first / second)
