"""What experts, editors and the responsible body made of the demonstration's ideas: reviews, shortlist, answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from crowd.people.models import Person
from home.demonstration.texts import Raw, texts
from ideas.actions import answer_idea, declare_conflict, keep_review, shortlist_idea
from ideas.models import Idea, IdeaChange, Review, ReviewScore
from ideas.queries.answers import responsible_body
from ideas.queries.reviews import are_reviews_over, criteria_of


class LifeLoader:
    def __init__(self, now: datetime, people: Mapping[str, Person], ideas: Sequence[Idea]) -> None:
        self.now = now
        self.people = people
        self.ideas = ideas

    def load(self) -> None:
        """Shortlist first, then review, then answer; what has been shortlisted already is left."""
        lives = {life["idea"]: life for life in texts("lives")}
        for number, raw in enumerate(texts("ideas")):
            life = lives.get(number, {})
            days = raw.get("shortlisted_in_days") or life.get("shortlisted_in_days")
            idea = Idea.objects.select_related("cycle").get(pk=self.ideas[number].pk)
            if days is None or idea.changes.filter(step="shortlist").exists():
                continue
            self._shortlist(idea, self._at(days))
            self._review(idea, life, self._at(days + 4))
            self._answer(idea, life)

    def _at(self, days: float) -> datetime:
        return self.now + timedelta(days=days)

    def _shortlist(self, idea: Idea, moment: datetime) -> None:
        shortlist_idea(actor=self.people["editor"], idea_id=idea.pk)
        _backdate(idea, moment)

    def _review(self, idea: Idea, life: Raw, moment: datetime) -> None:
        if not life:
            return
        if are_reviews_over(idea.cycle_id):
            self._written_then(idea, life["reviews"], moment)
            return
        for raw in life["reviews"]:
            keep_review(**self._said(idea, raw), submit=True)
        if raw := life.get("review_draft"):
            keep_review(**self._said(idea, raw))
        if raw := life.get("conflict"):
            declare_conflict(expert=self.people[raw["expert"]], idea_id=idea.pk, comment=raw["comment"])

    def _said(self, idea: Idea, raw: Raw) -> dict[str, Any]:
        return {
            "expert": self.people[raw["expert"]],
            "idea_id": idea.pk,
            "scores": _scores(idea, raw),
            "comment": raw["comment"],
        }

    def _written_then(self, idea: Idea, reviews: Sequence[Raw], moment: datetime) -> None:
        """Write reviews of a phase that is over: no action takes them any more."""
        for number, raw in enumerate(reviews):
            at = moment + timedelta(days=number)
            review = Review.objects.create(
                idea=idea,
                expert=self.people[raw["expert"]],
                state=Review.State.SUBMITTED,
                comment=raw["comment"],
                created_at=at,
                submitted_at=at,
            )
            scores = _scores(idea, raw).items()
            ReviewScore.objects.bulk_create(
                ReviewScore(review=review, criterion=key, value=value) for key, value in scores
            )

    def _answer(self, idea: Idea, life: Raw) -> None:
        on_behalf = responsible_body(idea.cycle)
        for raw in life.get("answers", ()):
            moment = self._at(raw["in_days"])
            answer_idea(
                actor=self.people["body"],
                idea_id=idea.pk,
                progress=raw["progress"],
                on_behalf=on_behalf,
                text=raw["text"],
                given_on=timezone.localdate(moment),
            )
            _backdate(idea, moment)


def _scores(idea: Idea, raw: Raw) -> dict[UUID, int]:
    return {criterion.key: value for criterion, value in zip(criteria_of(idea.cycle), raw["scores"], strict=False)}


def _backdate(idea: Idea, moment: datetime) -> None:
    """Let the history tell when the last step would have been taken."""
    last = IdeaChange.objects.filter(idea=idea).latest("pk")
    IdeaChange.objects.filter(pk=last.pk).update(happened_at=moment)
