from typing import Any

from crowd.moderation.rules import moderates
from crowd.people.models import Person
from crowd.people.queries import roles_of
from crowd.tree import parent_of
from ideas.models import Idea
from ideas.queries.answers import answer_context
from ideas.queries.authors import life_context
from ideas.queries.duplicates import duplicate_context
from ideas.queries.orders import next_idea
from ideas.queries.panel import vote_context
from ideas.queries.reviews import review_context
from ideas.transitions import allows


def idea_context(idea: Idea, person: Person | None) -> dict[str, Any]:
    """Return what the page of an idea shows this person besides its own fields."""
    has_files = getattr(idea, "has_attachments", True)
    roles, vote = roles_of(person), vote_context(idea, person)
    return {
        "idea": idea,
        "allows": allows(idea),
        "moderates": moderates(person, idea.cycle),
        "campaign": parent_of(idea.cycle),
        "attachments": list(idea.attachments.order_by("pk")) if has_files else [],
        "next_idea": next_idea(idea) if allows(idea).public else None,
        "tags": list(idea.tags.order_by("name")),
        **vote,
        **life_context(idea, person),
        **answer_context(idea, roles),
        **review_context(idea, person, roles),
        **duplicate_context(idea, person, roles, vote["vote"]),
    }
