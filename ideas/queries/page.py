from typing import Any

from crowd.campaigns.models import Activity
from crowd.campaigns.queries import open_activities
from crowd.moderation.rules import moderates
from crowd.people.models import Person
from crowd.people.queries import roles_of
from ideas.models import Idea
from ideas.queries.access import own_vote
from ideas.queries.answers import answer_context
from ideas.transitions import allows


def idea_context(idea: Idea, person: Person | None) -> dict[str, Any]:
    """Return what the page of an idea shows this person besides its own fields."""
    vote = own_vote(person, idea)
    return {
        "idea": idea,
        "vote": vote.value if vote else 0,
        "allows": allows(idea),
        "may_vote": allows(idea).votable and Activity.VOTE.value in open_activities(idea.cycle_id),
        "is_author": person is not None and person.pk == idea.author_id,
        "moderates": moderates(person, idea.cycle),
        "campaign": idea.cycle.get_parent(),
        "attachments": list(idea.attachments.order_by("pk")),
        "tags": list(idea.tags.order_by("name")),
        **answer_context(idea, roles_of(person)),
    }
