from typing import Any

from django.db import transaction
from django.http import Http404
from wagtail.log_actions import log

from crowd import clock
from crowd.events import actions as events
from crowd.moderation.actions.flags import settle_flags
from crowd.moderation.case_queries import open_escalation
from crowd.moderation.case_rules import require_in_hand
from crowd.moderation.models import Appeal, Claim, Decision, Flag, Outcome, Reason
from crowd.moderation.queries import latest_decision
from crowd.moderation.registry import Case, ModerationKind, registry
from crowd.moderation.rules import already_decided, require_free, require_latest, require_moderator, require_outcome
from crowd.people.models import Person
from crowd.people.queries import roles_of


@transaction.atomic
def decide(
    *,
    moderator: Person,
    kind: str,
    subject_id: int,
    outcome: str,
    reason: Reason | None = None,
    note: str = "",
    seen: int | None = None,
) -> Decision:
    """Decide a case: its status and open flags follow in the same transaction, and the decision stays for ever.

    `seen` is the latest decision about the case that the moderator knew of, 0 for none: what was decided since, perhaps
    that a flagged post stays, is not overruled by who has not seen it.

    Raises `Http404` for what does not exist or belongs to a campaign that is not the moderator's (which of the two is
    not told), `AlreadyDecided` where somebody was quicker (with what, in which role and when), `AlreadyTaken` where
    another is looking at it, `Invalid` where the outcome or its reason is missing, `NotAllowed` where this moderator
    has handed the case on.
    """
    moderated, subject, case = taken_case(moderator, kind, subject_id, seen)
    flagged = Flag.objects.open().about(kind, subject_id).exists()
    decided = already_decided(latest_decision(kind, subject_id), clock.now())
    require_outcome(moderated, case.status, outcome, reason, flagged=flagged, decided=decided)
    if outcome != Outcome.KEEP:
        moderated.apply(subject, outcome, moderator.pk)
    return write_decision(case, moderator=moderator, outcome=outcome, reason=reason, note=note)


def taken_case(
    moderator: Person, kind: str, subject_id: int, seen: int | None = None
) -> tuple[ModerationKind, Any, Case]:
    """Lock a post and return it with its kind and case, where this moderator may decide about it as it stands now.

    Whoever else is looking at it decides first.
    """
    moderated = registry.kinds.get(kind)
    subject = moderated.lock(subject_id) if moderated else None
    if moderated is None or subject is None:
        raise Http404
    case = moderated.case(subject)
    roles = roles_of(moderator)
    if not roles.any_of("moderator"):
        require_moderator(moderator, case.campaign_id)
    if not roles.holds("moderator", case.campaign_id):
        raise Http404
    now = clock.now()
    require_latest(seen, latest_decision(kind, subject_id), now)
    require_free(Claim.objects.about(kind, subject_id).select_related("moderator").first(), moderator, now)
    require_in_hand(open_escalation(kind, subject_id), moderator, roles)
    return moderated, subject, case


def write_decision(
    case: Case, *, moderator: Person, outcome: str, reason: Reason | None = None, note: str = ""
) -> Decision:
    """Write down and tell what was decided about the locked post.

    It settles the open flags, nobody needs to look at it any more, and appeals against what was before are over.
    """
    decision = Decision.objects.create(
        kind=case.kind,
        subject_id=case.id,
        campaign_id=case.campaign_id,
        author_id=case.author_id,
        outcome=outcome,
        reason=reason,
        note=note,
        moderator=moderator,
        posted_at=case.created_at,
    )
    settled = settle_flags(decision)
    Claim.objects.about(case.kind, case.id).delete()
    close_overtaken_appeals(case, moderator)
    log(
        instance=decision,
        action="moderation.decided",
        user=moderator,
        data={
            "kind": case.kind,
            "subject": case.id,
            "campaign": case.campaign_id,
            "outcome": decision.outcome,
            "reason": reason.slug if reason else "",
            "flags": settled,
        },
    )
    events.record(
        "moderation.decided",
        subject=events.Subject(case.kind, case.id),
        actor_id=moderator.pk,
        campaign_id=case.campaign_id,
        payload={"decision": decision.pk},
    )
    return decision


def close_overtaken_appeals(case: Case, moderator: Person) -> None:
    for appeal in Appeal.objects.about(case.kind, case.id).waiting().select_for_update(of=("self",)):
        appeal.state, appeal.decided_at = Appeal.State.OVERTAKEN, clock.now()
        appeal.save(update_fields=["state", "decided_at"])
        tell_appeal(appeal, "decided", moderator)


def tell_appeal(appeal: Appeal, what: str, actor: Person) -> None:
    """Record what happened to an appeal; the event names its post's decision, and nobody's words."""
    events.record(
        f"appeal.{what}",
        subject=events.Subject("appeal", appeal.pk),
        actor_id=actor.pk,
        campaign_id=appeal.campaign_id,
        payload={"decision": appeal.decision_id, "state": appeal.state},
    )
