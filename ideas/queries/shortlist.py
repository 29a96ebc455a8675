"""The numbers beside which editors choose: votes, experts' reviews, promised answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.http import Http404

from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of
from ideas.models import Idea, IdeaCyclePage, Review, ReviewScore
from ideas.queries.answers import with_answers
from ideas.queries.counts import may_see_counts
from ideas.queries.reviews import are_reviews_over, criteria_of, finished_reviews, results_from
from ideas.queries.staff import counts_of, overdue
from ideas.review_rules import may_read_reviews
from ideas.reviewing import Criterion

Progress = Idea.Progress
A_PAGE = 50
ORDERS = ("votes", "reviews", "new")
# What of a cycle's ideas is shown; "" is all that lists show.
STATES = (Progress.OPEN, Progress.SHORTLISTED, "")


@dataclass(frozen=True)
class Shortlist:
    """A page of a cycle's ideas with the numbers; `counted` where this person may be told how many voted."""

    page: Page[Any]
    order: str
    orders: Sequence[str]
    state: str
    counted: bool


def cycles_of_editor(person: Person) -> QuerySet[IdeaCyclePage]:
    """Return the cycles of the campaigns that the person edits, each with how many ideas are where in it."""
    campaigns = roles_of(person).campaigns(CampaignRole.Role.EDITOR)
    cycles: QuerySet[IdeaCyclePage] = IdeaCyclePage.objects.in_campaigns(campaigns)
    public = Q(ideas__moderation=Idea.Moderation.PUBLISHED)
    late = overdue(Idea.objects.filter(cycle=OuterRef("pk"))).order_by().values("cycle").annotate(n=Count("pk"))
    return cycles.annotate(
        open_count=Count("ideas", filter=public & Q(ideas__progress=Progress.OPEN)),
        chosen_count=Count("ideas", filter=public & Q(ideas__progress=Progress.SHORTLISTED)),
        late_count=Subquery(late.values("n")),
    ).order_by("path")


def get_edited_cycle_or_404(person: Person, pk: int) -> IdeaCyclePage:
    campaigns = roles_of(person).campaigns(CampaignRole.Role.EDITOR)
    cycle: IdeaCyclePage | None = IdeaCyclePage.objects.in_campaigns(campaigns).filter(pk=pk).first()
    if cycle is None:
        raise Http404
    return cycle


def shortlist(person: Person, cycle: IdeaCyclePage, *, state: str, order: str, number: str) -> Shortlist:
    """Return a page of the cycle's ideas; an order by what this person may not be told is as if not asked for."""
    counted, over = may_see_counts(person, cycle), are_reviews_over(cycle.pk)
    criteria = criteria_of(cycle)
    known = {"votes": counted, "reviews": _reads(person, cycle, over=over, own=""), "new": True}
    orders = [name for name in ORDERS if known[name]]
    order = order if order in orders else orders[0]
    ideas = with_answers(Idea.objects.listed().filter(cycle_id=cycle.pk)).select_related("author", "cycle")
    if state:
        ideas = ideas.filter(progress=state)
    page = Paginator(_ordered(ideas, order, criteria), A_PAGE).get_page(number)
    _describe(person, cycle, list(page.object_list), criteria, over=over)
    return Shortlist(page, order, orders, state, counted)


def _ordered(ideas: QuerySet[Idea], order: str, criteria: Sequence[Criterion]) -> QuerySet[Idea]:
    if order == "reviews":
        return ideas.annotate(reviewed=_mean(criteria)).order_by(F("reviewed").desc(nulls_last=True), "pk")
    return ideas.order_by(*(("-top_score", "published_at", "pk") if order == "votes" else ("-published_at", "-pk")))


def _mean(criteria: Sequence[Criterion]) -> Subquery:
    """Return the weighted mean of an idea's finished reviews, as `ideas.reviewing` says; whole reviews weigh alike."""
    weights = [When(criterion=criterion.key, then=Value(float(criterion.weight))) for criterion in criteria]
    weight = Case(*weights, default=Value(0.0), output_field=FloatField())
    scores = ReviewScore.objects.filter(
        review__idea=OuterRef("pk"),
        review__state=Review.State.SUBMITTED,
        criterion__in=[criterion.key for criterion in criteria],
    )
    by_idea = scores.order_by().values("review__idea").annotate(mean=Sum(weight * F("value")) / Sum(weight))
    return Subquery(by_idea.values("mean"), output_field=FloatField())


def _describe(
    person: Person, cycle: IdeaCyclePage, ideas: list[Any], criteria: Sequence[Criterion], *, over: bool
) -> None:
    """Give the ideas of a page `counts` and `results`: None where this person may not be told."""
    counts, reviews = counts_of(person, ideas), finished_reviews(ideas)
    own = dict(Review.objects.filter(expert=person, idea__in=ideas).values_list("idea", "state"))
    for idea in ideas:
        idea.counts = counts.get(idea.pk)
        readable = _reads(person, cycle, over=over, own=own.get(idea.pk, ""))
        idea.results = results_from(reviews.get(idea.pk, []), list(criteria)) if readable else None


def _reads(person: Person, cycle: IdeaCyclePage, *, over: bool, own: str) -> bool:
    return may_read_reviews(roles_of(person), cycle.campaign_id, over=over, own=own)
