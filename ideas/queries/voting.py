"""What a vote asks of the database: whether it may be given now, and of how many voices somebody has made use."""

from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from wagtail.models import Page

from crowd.campaigns.models import Phase
from crowd.people.models import Person
from ideas.models import Idea, IdeaCyclePage, Vote
from ideas.queries.proposals import places_of
from ideas.rules import require_level, require_place
from ideas.transitions import ALLOWS

# The pairs of states in which an idea takes votes, as a condition.
VOTABLE = reduce(or_, (Q(moderation=pair[0], progress=pair[1]) for pair, allowed in ALLOWS.items() if allowed.votable))


def takes_votes(idea_id: int) -> QuerySet[Idea]:
    """Return the idea where it takes votes now, by the database's clock.

    For statements that write: what they find at their own moment decides.
    """
    voting = Phase.objects.open_now().filter(page_id=OuterRef("cycle_id"), vote=True)
    published = Page.objects.filter(pk=OuterRef("cycle_id"), live=True)
    return Idea.objects.filter(VOTABLE, Exists(voting), Exists(published), pk=idea_id)


def require_may_vote(person: Person, cycle: IdeaCyclePage) -> None:
    """Refuse whoever may not vote in this cycle, whenever it be."""
    require_level(person, cycle.vote_level)
    require_place(person, places_of(cycle))


def voices_spent(person: Person, idea: Idea) -> int:
    """Return how many of the voices that the cycle gives everybody the person has spent on other ideas.

    An idea that its author withdrew gives the voice back; a duplicate and the idea that it was merged into are one.
    """
    spent = Vote.objects.filter(person=person, value=Vote.Value.FOR, idea__cycle_id=idea.cycle_id)
    spent = spent.exclude(idea__progress=Idea.Progress.WITHDRAWN).annotate(
        counted=Coalesce(F("idea__merged_into_id"), F("idea_id"))
    )
    others = spent.exclude(counted=idea.pk).aggregate(n=Count("counted", distinct=True))
    return int(others["n"])
