from typing import Any

from django import template

from crowd.people.queries import person_of
from ideas.models import Idea, IdeaCyclePage
from ideas.queries import cards_context

register = template.Library()


@register.simple_tag(takes_context=True)
def voting_on_cards(context: template.Context, cycle: IdeaCyclePage, ideas: list[Idea]) -> dict[str, Any]:
    """Return what the cards of these ideas need so that one can vote from them; each idea gets its `own_vote`."""
    request = context["request"]
    return cards_context(cycle, ideas, person_of(request)) | {"here": request.get_full_path()}
