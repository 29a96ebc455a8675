"""Folding what votes changed into the counts that lists and pages read."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from ideas.actions.votes import Counted
from ideas.models import Idea, VoteRequest
from ideas.ranking import top_score

KEYS_KEPT = timedelta(days=1)
# What is deleted is what is counted: no change that commits meanwhile can be lost between the two.
TAKE = """
    DELETE FROM ideas_votechange WHERE idea_id = %s
    RETURNING votes_for, votes_against, residents_for, residents_against
"""


@transaction.atomic
def fold_votes(*, idea_id: int) -> None:
    """Add to the idea's counts what votes changed since, and set its place in the order `top` by it.

    Two workers at one idea wait for each other at its row. The one statement that takes the changes sees a voice taken
    back only together with the voice itself, since these commit one after the other: no count falls below nothing.
    """
    idea = Idea.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").filter(pk=idea_id).first()
    if idea is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [idea_id])
        changes = [Counted(*row) for row in cursor.fetchall()]
    if not changes:
        return
    for name, added in zip(Counted._fields, map(sum, zip(*changes, strict=True)), strict=True):
        setattr(idea, name, getattr(idea, name) + added)
    idea.top_score = right_score(idea)
    idea.save(update_fields=[*Counted._fields, "top_score"])


def prune_vote_requests() -> None:
    """Forget the keys of requests that nobody sends again."""
    VoteRequest.objects.filter(created_at__lt=Now() - KEYS_KEPT).delete()


def right_score(idea: Idea) -> float:
    return top_score(idea.votes_for, idea.votes_against, takes_against=idea.cycle.takes_against)
