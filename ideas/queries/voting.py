"""What a vote asks of the database: whether it may be given now, and of how many voices somebody has made use."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left, Length
from wagtail.models import Page

from crowd import clock
from crowd.campaigns.models import Phase
from crowd.campaigns.queries import open_phases
from crowd.errors import NotAllowed, Text
from crowd.moderation.queries import in_force_of, why_may_not
from crowd.moderation.rules import Act
from crowd.people.models import Person
from crowd.people.queries import consent_answers
from discussions.models import Thread
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


class Ballot(NamedTuple):
    """What one statement tells of a person and an idea before a vote is written.

    `agreed`: to the consent in force, None where there is none; `limited`: only residents of some places vote;
    `sanctioned`: something is in force against the person somewhere, and whether it holds here is to be asked.
    """

    agreed: bool | None
    limited: bool
    lives_there: bool
    campaign_id: int | None
    thread_id: int | None
    sanctioned: bool


def with_ballot(ideas: QuerySet[Idea], person: Person) -> QuerySet[Any]:
    """Read along with an idea what `ballot_of` tells of it and this person."""
    places = IdeaCyclePage.municipalities.through.objects.filter(ideacyclepage_id=OuterRef("cycle_id"))
    threads = Thread.objects.filter(host_kind="idea", host_id=OuterRef("pk"))
    above = Page.objects.filter(path=Left(OuterRef("cycle__path"), Length(OuterRef("cycle__path")) - Page.steplen))
    return ideas.annotate(
        ballot_agreed=Subquery(consent_answers(person)[:1]),
        ballot_limited=Exists(places),
        ballot_lives_there=Exists(places.filter(municipality_id=person.municipality_id)),
        ballot_campaign_id=Subquery(above.values("pk")[:1]),
        ballot_thread_id=Subquery(threads.values("pk")[:1]),
        ballot_sanctioned=Exists(in_force_of(person)),
    )


def ballot_of(person: Person, idea: Idea) -> Ballot:
    """Ask what a vote of this person for the idea needs to know."""
    return read_ballot(with_ballot(Idea.objects.filter(pk=idea.pk), person).get())


def read_ballot(read: Any) -> Ballot:
    """Return the ballot of an idea that was read `with_ballot`."""
    return Ballot(*(getattr(read, f"ballot_{name}") for name in Ballot._fields))


def require_may_vote(person: Person, cycle: IdeaCyclePage) -> None:
    """Refuse whoever may not vote in this cycle, whenever it be."""
    require_level(person, cycle.vote_level)
    require_place(person, places_of(cycle))


def why_not_vote(person: Person | None, cycle: IdeaCyclePage) -> Text:
    """Return what stands between this person and a vote while voting is open; "" where nothing does."""
    try:
        if person is not None:
            require_may_vote(person, cycle)
    except NotAllowed as refused:
        return refused.detail
    return why_may_not(person, Act.VOTE, cycle)


def voting_until(cycle_id: int) -> datetime | None:
    """Return the end of the phase in which the cycle takes votes now; None where it takes none."""
    return max((phase.closes_at for phase in open_phases(cycle_id) if phase.vote), default=None)


def voices_left(person: Person, cycle: IdeaCyclePage) -> int:
    """Return how many voices the person may still spend in a cycle that gives everybody a number of them."""
    return max(0, cycle.votes_each - spent_voices(person, cycle).aggregate(n=Count("counted", distinct=True))["n"])


def voices_spent(person: Person, idea: Idea) -> int:
    """Return how many of the voices that the cycle gives everybody the person has spent on other ideas."""
    others = spent_voices(person, idea.cycle).exclude(counted=idea.pk)
    return int(others.aggregate(n=Count("counted", distinct=True))["n"])


def spent_voices(person: Person, cycle: IdeaCyclePage) -> QuerySet[Any]:
    """Return the votes that count. An idea that its author withdrew gives the voice back; `counted` is its idea.

    A duplicate and the idea that it was merged into are one.
    """
    spent = Vote.objects.filter(person=person, value=Vote.Value.FOR, idea__cycle_id=cycle.pk)
    counted = Coalesce(F("idea__merged_into_id"), F("idea_id"))
    return spent.exclude(idea__progress=Idea.Progress.WITHDRAWN).annotate(counted=counted)


def bursts_of_votes(least: int, *, within: timedelta, young: timedelta) -> dict[int, int]:
    """Return by idea how many voices accounts younger than `young` gave it within this time; only `least` and more."""
    now = clock.now()
    recent = Vote.objects.filter(cast_at__gt=now - within, person__joined_at__gt=now - young)
    counted = recent.exclude(value=Vote.Value.NONE).order_by().values_list("idea_id").annotate(n=Count("pk"))
    return dict(counted.filter(n__gte=least))
