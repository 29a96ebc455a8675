"""What a person who proposes needs to know: the own draft, what of the quota is spent, which tags are usual."""

from django.db.models import QuerySet

from crowd.campaigns.models import Activity
from crowd.campaigns.queries import open_activities
from crowd.campaigns.rules import CLOSED
from crowd.errors import DomainError, Text
from crowd.memo import once
from crowd.moderation.queries import why_may_not
from crowd.moderation.rules import Act
from crowd.people.models import Municipality, Person
from ideas.models import FacetCount, Idea, IdeaCyclePage, IdeaTag
from ideas.rules import require_ideas_left, require_level, require_place

MOST_SUGGESTED = 20


def own_draft(person: Person | None, cycle: IdeaCyclePage) -> Idea | None:
    """Return the draft that the person keeps for this cycle."""
    if person is None:
        return None
    return drafts_of(person).filter(cycle=cycle).first()


def drafts_of(person: Person) -> QuerySet[Idea]:
    """Return the person's drafts, the latest first: each of a cycle that may be seen or not."""
    drafts = Idea.objects.filter(author=person, moderation=Idea.Moderation.DRAFT)
    return drafts.select_related("cycle", "author").order_by("-created_at", "-pk")


def spent_ideas(person: Person, cycle: IdeaCyclePage) -> int:
    """Return how many of the person's ideas count: drafts, rejected and withdrawn ones do not."""
    sent = Idea.objects.filter(author=person, cycle=cycle)
    uncounted = (Idea.Moderation.DRAFT, Idea.Moderation.REJECTED)
    return sent.exclude(moderation__in=uncounted).exclude(progress=Idea.Progress.WITHDRAWN).count()


def places_of(cycle: IdeaCyclePage) -> dict[int, str]:
    """Return the municipalities, name by id, whose residents take part; none means the whole okrug."""
    return {place.pk: str(place) for place in _places_of(cycle.pk)}


@once
def _places_of(cycle_id: int) -> tuple[Municipality, ...]:
    chosen = IdeaCyclePage.municipalities.through.objects.filter(ideacyclepage_id=cycle_id)
    return tuple(Municipality.objects.filter(pk__in=chosen.values("municipality")).order_by("name"))


def require_may_propose(person: Person, cycle: IdeaCyclePage) -> None:
    """Refuse whoever may not propose an idea in this cycle, whenever it be."""
    require_level(person, cycle.submit_level)
    require_place(person, places_of(cycle))
    if cycle.ideas_each is not None:
        require_ideas_left(cycle, spent_ideas(person, cycle))


def why_not_propose(person: Person | None, cycle: IdeaCyclePage) -> Text:
    """Return what stands between this person and a new idea, told before anything is typed; "" where nothing does."""
    if Activity.SUBMIT.value not in open_activities(cycle.pk):
        return CLOSED[Activity.SUBMIT]
    try:
        if person is not None:
            require_may_propose(person, cycle)
    except DomainError as refused:
        return refused.detail
    return why_may_not(person, Act.WRITE, cycle)


def usual_tags(cycle: IdeaCyclePage) -> list[str]:
    """Return the names of the cycle's most used tags, as the worker has counted them."""
    counted = FacetCount.objects.filter(cycle=cycle, facet=FacetCount.Facet.TAG).order_by("-count", "value")
    slugs = list(counted.values_list("value", flat=True)[:MOST_SUGGESTED])
    names = dict(IdeaTag.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    return [names[slug] for slug in slugs if slug in names]
