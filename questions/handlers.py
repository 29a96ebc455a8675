"""What follows from an answer: the tally of its question."""

from collections.abc import Sequence

from crowd.events.models import Event
from crowd.events.registry import subscribe
from questions.actions import fold_responses


def fold(events: Sequence[Event]) -> None:
    for question_id in sorted({event.subject_id for event in events}):
        fold_responses(question_id=question_id)


def register() -> None:
    subscribe("questions.tallies", kinds=["question.answered"], handler=fold, coalesce=True, batch=50)
