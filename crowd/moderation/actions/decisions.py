from django.db import transaction
from django.http import Http404

from crowd.events import actions as events
from crowd.moderation.actions.flags import settle_flags
from crowd.moderation.models import Decision, Flag, Outcome, Reason
from crowd.moderation.queries import latest_decision
from crowd.moderation.registry import registry
from crowd.moderation.rules import require_latest, require_moderator, require_outcome
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
    not told), `AlreadyDecided` where somebody was quicker, `Invalid` where the outcome or its reason is missing.
    """
    moderated = registry.kinds.get(kind)
    subject = moderated.lock(subject_id) if moderated else None
    if moderated is None or subject is None:
        raise Http404
    case = moderated.case(subject)
    if not roles_of(moderator).any_of("moderator"):
        require_moderator(moderator, case.campaign_id)
    if not roles_of(moderator).holds("moderator", case.campaign_id):
        raise Http404
    require_latest(seen, latest_decision(kind, subject_id))
    flagged = Flag.objects.open().about(kind, subject_id).exists()
    require_outcome(moderated, case.status, outcome, reason, flagged=flagged)
    if outcome != Outcome.KEEP:
        moderated.apply(subject, outcome, moderator.pk)
    decision = Decision.objects.create(
        kind=kind,
        subject_id=subject_id,
        campaign_id=case.campaign_id,
        author_id=case.author_id,
        outcome=outcome,
        reason=reason,
        note=note,
        moderator=moderator,
    )
    settle_flags(decision)
    events.record(
        "moderation.decided",
        subject=events.Subject(kind, subject_id),
        actor_id=moderator.pk,
        campaign_id=case.campaign_id,
        payload={"decision": decision.pk},
    )
    return decision
