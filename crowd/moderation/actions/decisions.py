from django.db import transaction
from django.http import Http404

from crowd.events import actions as events
from crowd.moderation.models import Decision, Reason
from crowd.moderation.registry import registry
from crowd.moderation.rules import require_moderator, require_outcome
from crowd.people.models import Person
from crowd.people.queries import roles_of


@transaction.atomic
def decide(
    *, moderator: Person, kind: str, subject_id: int, outcome: str, reason: Reason | None = None, note: str = ""
) -> Decision:
    """Decide a case: the subject's status follows in the same transaction, and the decision stays for ever.

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
    require_outcome(moderated, case.status, outcome, reason)
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
    events.record(
        "moderation.decided",
        subject=events.Subject(kind, subject_id),
        actor_id=moderator.pk,
        campaign_id=case.campaign_id,
        payload={"decision": decision.pk},
    )
    return decision
