"""What the responsible body has said of ideas, and what waits for it."""

from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.utils import timezone

from crowd import clock
from crowd.campaigns.models import CampaignPage
from crowd.campaigns.queries import block_ids_in_campaigns
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import Roles, roles_of
from ideas.models import Answer, Idea, IdeaCyclePage
from ideas.review_rules import answering_as, answers_open

# From where an idea is on its way to an answer, or has one.
DECIDED = (
    Idea.Progress.SHORTLISTED,
    Idea.Progress.ACCEPTED,
    Idea.Progress.DECLINED,
    Idea.Progress.IN_PROGRESS,
    Idea.Progress.DONE,
)
STAFF = (CampaignRole.Role.BODY, CampaignRole.Role.EDITOR)


def answer_context(idea: Idea, roles: Roles) -> dict[str, Any]:
    """Return what an idea's page shows of answers: none is asked for while the idea only collects votes."""
    answers = list(idea.answers.order_by("-pk")) if idea.progress in DECIDED else []
    may_answer = bool(roles) and bool(answers_open(idea)) and bool(answering_as(roles, idea.cycle.campaign_id))
    return {"answer": answers[0] if answers else None, "earlier_answers": answers[1:], "may_answer": may_answer}


def responsible_body(cycle: IdeaCyclePage) -> str:
    """Return in whose name the campaign is answered for."""
    names = CampaignPage.objects.filter(pk=cycle.campaign_id).values_list("responsible_body", flat=True)
    return names.first() or ""


def with_answers(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Add `answered`, and `overdue`: an answer was promised by now and is not there."""
    today = timezone.localdate(clock.now())
    answered = Exists(Answer.objects.filter(idea=OuterRef("pk")))
    late = When(~answered, answer_due_on__lt=today, then=Value(True))
    return ideas.annotate(answered=answered, overdue=Case(late, default=Value(False)))


def ideas_to_answer(person: Person) -> QuerySet[Idea]:
    """Return what waits for an answer in the campaigns that the person answers for, the most urgent first."""
    blocks = block_ids_in_campaigns(roles_of(person).campaigns(*STAFF))
    chosen = Idea.objects.visible().in_blocks(blocks).filter(progress=Idea.Progress.SHORTLISTED)
    waiting = with_answers(chosen.filter(answers=None)).select_related("cycle", "author", "municipality", "sector")
    return waiting.order_by(F("answer_due_on").asc(nulls_last=True), "pk")
