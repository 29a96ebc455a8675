"""A vote through the action, beside its upsert, change, event and deliveries as bare SQL in one transaction."""

from itertools import count

from django.db import connection, transaction

from benchmarks.timing import Row, compare
from crowd.events.registry import registry
from ideas.actions import cast_vote
from ideas.models import new_receipt
from tests.factories.ideas import idea
from tests.factories.people import person

TIMES = 300


def run() -> list[Row]:
    mine = idea()
    voters = [person() for _ in range(2 * TIMES)]
    number = count()
    consumers = [consumer.name for consumer in registry.listening_to("vote.cast")]

    def ours() -> None:
        cast_vote(person=voters[next(number)], idea=mine, value=1)

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ideas_vote (idea_id, person_id, value, receipt, cast_at)"
                " VALUES (%s, %s, 1, %s, CURRENT_TIMESTAMP) ON CONFLICT (idea_id, person_id) DO NOTHING",
                [mine.pk, voters[next(number)].pk, new_receipt()],
            )
            cursor.execute(
                "INSERT INTO ideas_votechange (idea_id, votes_for, votes_against) VALUES (%s, 1, 0)", [mine.pk]
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

    return [compare("a vote, beside bare SQL", ours, bare, times=TIMES)]
