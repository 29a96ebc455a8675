"""What editors and the responsible body decide in the admin about one idea or many."""

from django.db import transaction
from django.utils.translation import gettext as _

from crowd.errors import Invalid, NotFound
from crowd.people.models import Person
from crowd.people.queries import roles_of
from ideas.actions.answers import shortlist_idea
from ideas.actions.moves import locked, move
from ideas.models import Idea
from ideas.review_rules import require_answering
from ideas.staff_rules import STEPS
from ideas.transitions import allows


@transaction.atomic
def take_step(*, actor: Person, idea_id: int, step: str, reason: str = "") -> Idea:
    """Take one of `STEPS` with an idea: who may is asked of the roles, from where it leads of the table.

    Raises as `move` does, and `NotFound` for an idea that is not public: what became of it would be told to nobody.
    """
    if step not in STEPS:
        raise Invalid(fields={"step": [_("Такого шага нет.")]})
    if step == "shortlist":
        return shortlist_idea(actor=actor, idea_id=idea_id, reason=reason)
    idea = locked(idea_id)
    capacity = require_answering(roles_of(actor), idea.cycle.campaign_id)
    if not allows(idea).public:
        raise NotFound(_("Такой идеи нет."))
    return move(idea, step, by=capacity, actor_id=actor.pk, reason=reason)
