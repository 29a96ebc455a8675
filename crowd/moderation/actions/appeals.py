from typing import Any

from django.db import transaction
from django.http import Http404
from wagtail.log_actions import log

from crowd import clock
from crowd.moderation.actions.decisions import tell_appeal, write_decision
from crowd.moderation.models import Appeal, Decision, Outcome
from crowd.moderation.registry import Case, ModerationKind, registry
from crowd.moderation.rules import (
    clean_answer,
    clean_appeal,
    require_another,
    require_in_time,
    require_joined,
    require_moderator,
    require_not_appealed,
    require_restorable,
    require_standing,
    require_waiting,
    still_stands,
)
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of


@transaction.atomic
def appeal_decision(*, author: Person, decision_id: int, text: str) -> Appeal:
    """Say why a decision about one's own post is wrong: once, while it stands, within the days that there are for it.

    Whoever is silenced may appeal, and so may who has not agreed to a new consent: it is no taking part.
    Raises `Http404` for what is not about a post of this author, `AlreadyDecided` for a second appeal or where the
    decision no longer stands, `PhaseClosed` after the term, `Invalid` for what is no text.
    """
    decision = Decision.objects.against().concerning(author).filter(pk=decision_id).first()
    if decision is None:
        raise Http404
    # The post is the lock: a second appeal and a new decision wait here, or we for them.
    _moderated, _subject, case = _locked(decision)
    require_not_appealed(Appeal.objects.filter(decision=decision).first())
    latest_id = Decision.objects.filter(kind=decision.kind, subject_id=decision.subject_id).values_list("pk", flat=True)
    require_standing(stands=still_stands(decision, latest_id.first(), case.standing if case else None))
    require_in_time(decision, clock.now())
    appeal = Appeal.objects.create(
        decision=decision,
        campaign_id=decision.campaign_id,
        author=author,
        text=clean_appeal(text),
        created_at=clock.now(),
        first_moderator_id=decision.moderator_id,
    )
    tell_appeal(appeal, "raised", author)
    return appeal


@transaction.atomic
def decide_appeal(*, moderator: Person, appeal_id: int, outcome: str, answer: str = "") -> Appeal:
    """Answer an appeal: `upheld` restores the post in the same transaction, `rejected` leaves it and says why.

    A restored post gets a decision of its own, since the first one is never changed. Raises `Http404` for an appeal
    of a campaign that is not the moderator's, `NotAllowed` for one against an own decision or of one's own,
    `AlreadyDecided` where somebody was quicker or the post cannot be restored any more, `Invalid` without an answer.
    """
    appeal = Appeal.objects.select_related("decision").filter(pk=appeal_id).first()
    if appeal is None:
        raise Http404
    role = CampaignRole.Role.MODERATOR
    if not roles_of(moderator).any_of(role):
        require_moderator(moderator, appeal.campaign_id)
    if not roles_of(moderator).holds(role, appeal.campaign_id):
        raise Http404
    require_another(appeal, moderator)
    # The post first, as in a decision, then the appeal.
    moderated, subject, case = _locked(appeal.decision)
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("decision", "author").get(pk=appeal_id)
    require_waiting(appeal)
    answer = clean_answer(outcome, answer)
    appeal.state, appeal.answer = Appeal.State(outcome), answer
    appeal.decided_by, appeal.decided_at = moderator, clock.now()
    was_joined = appeal.decision.outcome == Outcome.DUPLICATE
    if outcome == Appeal.State.UPHELD and was_joined:
        require_joined(case.standing if case else None)
    elif outcome == Appeal.State.UPHELD:
        require_restorable(moderated, case.status if case else None)
    appeal.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    if outcome == Appeal.State.UPHELD and case is not None:
        if was_joined and moderated.part is not None:
            moderated.part(subject, moderator)
        else:
            moderated.apply(subject, Outcome.PUBLISH, moderator.pk)
        write_decision(case, moderator=moderator, outcome=Outcome.PUBLISH, note=answer)
    data = {"appeal": appeal.pk, "decision": appeal.decision_id, "state": appeal.state}
    # In the author's history, where there still is an author.
    log(instance=appeal.author or appeal, action="moderation.appeal_decided", user=moderator, data=data)
    tell_appeal(appeal, "decided", moderator)
    return appeal


def _locked(decision: Decision) -> tuple[ModerationKind, Any, Case | None]:
    """Return the kind, the locked post and the case; the last two are None where the post has gone."""
    moderated = registry.kinds.get(decision.kind)
    if moderated is None:
        raise Http404
    subject = moderated.lock(decision.subject_id)
    return moderated, subject, moderated.case(subject) if subject is not None else None
