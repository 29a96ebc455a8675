"""What experts say of ideas, and to whom it is shown."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from crowd.campaigns.models import Activity, Phase
from crowd.campaigns.queries import block_ids_in_campaigns, open_activities
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import Roles, roles_of
from ideas.models import CoAuthor, Idea, IdeaCyclePage, Review
from ideas.queries.answers import DECIDED
from ideas.queries.authors import is_co_author
from ideas.review_rules import may_read_reviews
from ideas.reviewing import DEFAULT_CRITERIA, Criterion, Given, Results, results_of

State = Review.State


def criteria_of(cycle: IdeaCyclePage) -> list[Criterion]:
    """Return what the cycle's ideas are scored by: what its editor named, else the usual four."""
    named = [
        Criterion(row.key, row.label, row.help, row.weight, row.language)
        for row in cycle.criteria.order_by("sort_order", "pk")
    ]
    return named or list(DEFAULT_CRITERIA)


def are_reviews_over(cycle_id: int) -> bool:
    """Say whether no phase of the cycle takes reviews any more, by the database's clock."""
    return not Phase.objects.not_over().filter(page_id=cycle_id, review=True).exists()


def own_review(person: Person | None, idea: Idea) -> Review | None:
    if person is None:
        return None
    return Review.objects.filter(idea=idea, expert=person).prefetch_related("scores").first()


def is_own_idea(person: Person, idea: Idea) -> bool:
    """Say whether the person has written the idea, alone or with others."""
    return idea.author_id == person.pk or is_co_author(person, idea)


def finished_reviews(ideas: Iterable[Idea]) -> dict[int, list[Review]]:
    """Return the reviews of these ideas that are no drafts, with their experts and scores, by the idea."""
    found: dict[int, list[Review]] = {}
    reviews = Review.objects.filter(idea__in=[idea.pk for idea in ideas]).exclude(state=State.DRAFT)
    for review in reviews.select_related("expert").prefetch_related("scores").order_by("submitted_at", "pk"):
        found.setdefault(review.idea_id, []).append(review)
    return found


def results_from(reviews: Collection[Review], criteria: list[Criterion]) -> Results:
    """Return what finished reviews come to; those of a conflict of interest only count as such."""
    given = [
        Given(
            review.expert.display_name,
            review.comment,
            review.submitted_at,
            {score.criterion: score.value for score in review.scores.all()},
        )
        for review in reviews
        if review.state == State.SUBMITTED
    ]
    conflicts = sum(review.state == State.CONFLICT for review in reviews)
    return results_of(given, criteria, conflicts=conflicts)


def review_context(idea: Idea, person: Person | None, roles: Roles) -> dict[str, Any]:
    """Return what an idea's page shows of reviews; costs nothing while the idea only collects votes.

    `may_review`: the person is an expert here and could write one now.
    """
    nothing: dict[str, Any] = {"reviews": None, "may_review": False, "own_review": None}
    if idea.progress not in DECIDED:
        return nothing
    reviews = finished_reviews([idea]).get(idea.pk, [])
    is_expert = bool(roles) and roles.holds(CampaignRole.Role.EXPERT, idea.cycle.campaign_id)
    own = own_review(person, idea) if roles else None
    shown = bool(reviews) and may_read_reviews(
        roles, idea.cycle.campaign_id, over=are_reviews_over(idea.cycle_id), own=own.state if own else ""
    )
    return {
        "reviews": results_from(reviews, criteria_of(idea.cycle)) if shown else None,
        "may_review": is_expert and is_reviewable_by(person, idea),
        "own_review": own,
    }


def is_reviewable_by(person: Person | None, idea: Idea) -> bool:
    """Say whether an expert could review the idea now: it is chosen, it is time, and somebody else has written it."""
    if person is None or idea.progress != Idea.Progress.SHORTLISTED or is_own_idea(person, idea):
        return False
    return Activity.REVIEW.value in open_activities(idea.cycle_id)


def ideas_for_expert(person: Person) -> QuerySet[Any]:
    """Return the chosen ideas that this expert may review now or has reviewed; what still waits comes first.

    Adds `own_state` ("" where nothing is written), `review_closes_at`, and `rank`: 0 where it waits, else 1.
    """
    blocks = block_ids_in_campaigns(roles_of(person).campaigns(CampaignRole.Role.EXPERT))
    opened = Phase.objects.open_now().filter(page=OuterRef("cycle"), review=True)
    own = Review.objects.filter(idea=OuterRef("pk"), expert=person).order_by()
    co_written = CoAuthor.objects.accepted().filter(idea=OuterRef("pk"), person=person)
    ideas = Idea.objects.visible().in_blocks(blocks).exclude(author=person).exclude(Exists(co_written))
    ideas = ideas.annotate(
        own_state=Coalesce(Subquery(own.values("state")[:1]), Value("")),
        review_closes_at=Subquery(opened.order_by("closes_at").values("closes_at")[:1]),
    )
    waits = Q(progress=Idea.Progress.SHORTLISTED, review_closes_at__isnull=False)
    done = Q(own_state__in=[State.SUBMITTED, State.CONFLICT])
    rank = Case(When(done, then=Value(1)), default=Value(0), output_field=IntegerField())
    ideas = ideas.filter(waits | done).annotate(rank=rank).select_related("cycle", "municipality", "sector")
    return ideas.order_by("rank", "review_closes_at", "pk")
