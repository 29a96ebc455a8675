"""Where operators may enter something for residents now."""

from django.db.models import Q, QuerySet

from crowd.campaigns.models import Activity, Phase
from crowd.campaigns.queries import block_ids_in_campaigns
from crowd.converters import id_of
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of
from ideas.models import Idea, IdeaCyclePage
from ideas.transitions import ALLOWS

MOST_FOUND = 20


def cycles_open_for(operator: Person, activity: Activity) -> QuerySet[IdeaCyclePage]:
    """Return the cycles of the operator's campaigns in which this is open now."""
    blocks = block_ids_in_campaigns(roles_of(operator).campaigns(CampaignRole.Role.OPERATOR))
    opened = Phase.objects.open_now().filter(**{activity.value: True}).values("page_id")
    cycles = IdeaCyclePage.objects.visible().filter(pk__in=opened)
    return (cycles if blocks is None else cycles.filter(pk__in=blocks)).order_by("path")


def votable_ideas(operator: Person, text: str) -> list[Idea]:
    """Return ideas of the operator's campaigns that take votes now: those with these words, or this number."""
    states = Q()
    for (moderation, progress), allowed in ALLOWS.items():
        if allowed.votable:
            states |= Q(moderation=moderation, progress=progress)
    cycles = cycles_open_for(operator, Activity.VOTE).order_by().values("pk")
    ideas = Idea.objects.filter(states, cycle__in=cycles)
    if text:
        ideas = ideas.filter(Q(title__icontains=text) | Q(pk=id_of(text.lstrip("№ "))))
    return list(ideas.select_related("cycle", "author").order_by("-published_at", "-pk")[:MOST_FOUND])
