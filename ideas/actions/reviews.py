"""What experts write of chosen ideas."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from crowd import clock
from crowd.campaigns.queries import is_visible_block, open_activities, participant
from crowd.people.models import Person
from crowd.people.queries import roles_of
from ideas.actions.moves import locked, log_of, record
from ideas.models import Idea, Review, ReviewScore
from ideas.queries import criteria_of, is_own_idea
from ideas.review_rules import (
    require_expert,
    require_review,
    require_reviewable,
    require_unfinished,
)

State = Review.State


@transaction.atomic
def keep_review(
    *, expert: Person | None, idea_id: int, scores: Mapping[UUID, int], comment: str, submit: bool = False
) -> Review:
    """Keep an expert's review as a draft that nobody else reads, or hand it in for good.

    `scores` are by the keys of the cycle's criteria; others are left out. A conflict of interest that was declared by
    mistake is taken back so.
    """
    expert, idea, review = _begun(expert, idea_id)
    criteria = criteria_of(idea.cycle)
    comment = comment.strip()
    require_review(scores, criteria, comment, whole=submit)
    review.state = State.SUBMITTED if submit else State.DRAFT
    _save(review, comment)
    review.scores.all().delete()
    ReviewScore.objects.bulk_create(
        ReviewScore(review=review, criterion=criterion.key, value=scores[criterion.key])
        for criterion in criteria
        if criterion.key in scores
    )
    if submit:
        record("review.submitted", idea, actor_id=expert.pk, review=review.pk)
        log_of(idea, "review.submitted", expert.pk)
    return review


@transaction.atomic
def declare_conflict(*, expert: Person | None, idea_id: int, comment: str = "") -> Review:
    """Note that the expert has a stake in the idea and does not judge it; scores of a draft are dropped."""
    expert, idea, review = _begun(expert, idea_id)
    comment = comment.strip()
    require_review({}, [], comment, whole=False)
    review.state = State.CONFLICT
    _save(review, comment)
    review.scores.all().delete()
    record("review.conflict_declared", idea, actor_id=expert.pk, review=review.pk)
    log_of(idea, "review.conflict_declared", expert.pk)
    return review


def _begun(expert: Person | None, idea_id: int) -> tuple[Person, Idea, Review]:
    """Return the expert, the locked idea and the review that may be written now."""
    expert = participant(expert)
    idea = locked(idea_id)
    require_expert(roles_of(expert), idea.cycle.campaign_id, is_author=is_own_idea(expert, idea))
    opened = open_activities(idea.cycle_id) if is_visible_block(idea.cycle_id) else frozenset[str]()
    require_reviewable(idea, opened)
    review = Review.objects.filter(idea=idea, expert=expert).first() or Review(idea=idea, expert=expert)
    require_unfinished(review)
    return expert, idea, review


def _save(review: Review, comment: str) -> None:
    review.comment = comment
    review.submitted_at = None if review.state == State.DRAFT else clock.now()
    review.save()
