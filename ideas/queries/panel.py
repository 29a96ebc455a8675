"""What the vote panel of an idea's page and the cards of a list show of voting."""

from collections.abc import Sequence
from typing import Any

from crowd.people.models import Person
from ideas.models import Idea, IdeaCyclePage
from ideas.queries.access import own_voice
from ideas.queries.own import mark_own_votes
from ideas.queries.voting import voices_left, voting_until, why_not_vote
from ideas.transitions import allows


def vote_context(idea: Idea, person: Person | None) -> dict[str, Any]:
    """Return what the panel shows this person: the own voice, whether and until when it may be given or changed."""
    value, receipt = own_voice(idea)
    until = voting_until(idea.cycle_id) if allows(idea).votable else None
    return {
        "vote": value,
        "receipt": receipt,
        "may_vote": until is not None,
        "voting_until": until,
        "why_not_vote": why_not_vote(person, idea.cycle) if until else "",
        "voices_left": _left(person, idea.cycle) if until else None,
    }


def cards_context(cycle: IdeaCyclePage, ideas: Sequence[Idea], person: Person | None) -> dict[str, Any]:
    """Return what the cards of a cycle that takes votes need; the own voices are read at once for all."""
    mark_own_votes(person, ideas)
    for idea in ideas:
        idea.takes_votes = allows(idea).votable  # type: ignore[attr-defined]  # for the cards of this page
    return {
        "cycle": cycle,
        "signed_in": person is not None,
        "why_not": why_not_vote(person, cycle),
        "left": _left(person, cycle),
    }


def _left(person: Person | None, cycle: IdeaCyclePage) -> int | None:
    return voices_left(person, cycle) if person is not None and cycle.is_budget else None
