"""What moderators do with a case besides deciding it by itself: handing it on, joining it to another."""

from django.db import transaction
from wagtail.log_actions import log

from crowd import clock
from crowd.errors import AlreadyDecided
from crowd.events import actions as events
from crowd.moderation.actions.decisions import decide, taken_case, write_decision
from crowd.moderation.case_queries import open_escalation
from crowd.moderation.case_rules import (
    DUPLICATE,
    clean_escalation,
    meant,
    require_at_hand,
    require_not_escalated,
    require_rule,
)
from crowd.moderation.models import Claim, Decision, Escalation, Flag, Outcome, Reason
from crowd.moderation.queries import latest_decision
from crowd.moderation.registry import registry
from crowd.moderation.rules import already_decided, outcomes_of
from crowd.people.models import Person


@transaction.atomic
def escalate(*, moderator: Person, kind: str, subject_id: int, note: str, seen: int | None = None) -> Escalation:
    """Hand a case to the administrators and to whoever runs its campaign; the next decision about it ends that.

    Raises as `decide`, `AlreadyDecided` also where somebody has handed it on before, `Invalid` without a word why.
    """
    _moderated, _subject, case = taken_case(moderator, kind, subject_id, seen)
    require_at_hand(case.status, _decided(kind, subject_id))
    require_not_escalated(open_escalation(kind, subject_id))
    note = clean_escalation(note)
    latest = latest_decision(kind, subject_id)
    escalation = Escalation.objects.create(
        kind=kind,
        subject_id=subject_id,
        campaign_id=case.campaign_id,
        moderator=moderator,
        note=note,
        after=latest.pk if latest else 0,
    )
    Claim.objects.about(kind, subject_id).delete()
    log(
        instance=escalation,
        action="moderation.escalated",
        user=moderator,
        data={"kind": kind, "subject": subject_id, "campaign": case.campaign_id},
    )
    events.record(
        "moderation.escalated",
        subject=events.Subject(kind, subject_id),
        actor_id=moderator.pk,
        campaign_id=case.campaign_id,
        payload={"escalation": escalation.pk},
    )
    return escalation


@transaction.atomic
def decide_as_meant(
    *, moderator: Person, kind: str, subject_id: int, outcome: str, reason: Reason | None, note: str, seen: int
) -> Decision:
    """Decide about one of many for which one outcome was chosen: what that means for it, its state says."""
    moderated, _subject, case = taken_case(moderator, kind, subject_id, seen)
    require_at_hand(case.status, _decided(kind, subject_id))
    flagged = Flag.objects.open().about(kind, subject_id).exists()
    outcome = meant(outcome, outcomes_of(moderated, case.status, flagged=flagged))
    return decide(
        moderator=moderator, kind=kind, subject_id=subject_id, outcome=outcome, reason=reason, note=note, seen=seen
    )


@transaction.atomic
def mark_duplicate(
    *, moderator: Person, kind: str, subject_id: int, into_id: int = 0, note: str = "", seen: int | None = None
) -> Decision:
    """Decide that a post says the same as another: by the rule «Повтор», with a statement to its author.

    Where its kind can be joined it is made the other's duplicate and stays readable, else it is hidden. Raises as
    `decide`, and `Invalid` for the field `into` where there is no such other.
    """
    moderated = registry.kinds.get(kind)
    joins = moderated is not None and moderated.join is not None
    if moderated is not None and joins:
        # Of two that are joined to each other at once none waits for the one that the other holds.
        for pk in sorted({subject_id, into_id}):
            moderated.lock(pk)
    moderated, subject, case = taken_case(moderator, kind, subject_id, seen)
    require_at_hand(case.status, _decided(kind, subject_id))
    rule = require_rule(Reason.objects.filter(slug=DUPLICATE).first())
    if moderated.join is None:
        outcome = meant(Outcome.HIDE, moderated.allowed.get(case.status, frozenset()))
        return decide(
            moderator=moderator, kind=kind, subject_id=subject_id, outcome=outcome, reason=rule, note=note, seen=seen
        )
    moderated.join(subject, into_id, moderator)
    return write_decision(case, moderator=moderator, outcome=Outcome.DUPLICATE, reason=rule, note=note)


def _decided(kind: str, subject_id: int) -> AlreadyDecided:
    return already_decided(latest_decision(kind, subject_id), clock.now())
