from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404

from crowd import clock
from crowd.errors import AlreadyDecided, AlreadyTaken
from crowd.events import actions as events
from crowd.moderation.models import Claim
from crowd.moderation.queries import latest_decision
from crowd.moderation.registry import Case, ModerationKind, registry
from crowd.moderation.rules import already_decided, outcomes_of, require_free, require_moderator
from crowd.moderation.waiting import EVERYTHING, OFFERED, Named, Place, Scope, in_order, place_of, still_waits
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

# A claim that has ended is kept for a while, so that who deletes it meets nobody who takes it up again.
KEPT = timedelta(hours=1)
# Whoever asks for the next one while many others do is offered so many times what is free.
MOST_OFFERS = 20


@transaction.atomic
def claim_case(*, moderator: Person, kind: str, subject_id: int, waiting: bool = False) -> Claim:
    """Keep a case for this moderator for some minutes: nobody else decides it meanwhile. An own claim is prolonged.

    `waiting` refuses what does not wait for a decision; without it what is public or hidden may be taken as well.
    Raises `Http404` for what does not exist or belongs to a campaign that is not the moderator's, `AlreadyTaken` where
    another is looking at it, `AlreadyDecided` for what there is nothing to decide about.
    """
    moderated, case = _own_case(moderator, kind, subject_id)
    claim, is_new = _take(moderator, kind, subject_id)
    # Asked once the claim holds: whoever had it before decided in the transaction that gave it up.
    nothing = (
        not still_waits(moderated, subject_id) if waiting else not outcomes_of(moderated, case.status, flagged=True)
    )
    if nothing:
        raise already_decided(latest_decision(kind, subject_id), clock.now())
    if is_new:
        _tell("claimed", moderator, case)
    return claim


@transaction.atomic
def release_case(*, moderator: Person, kind: str, subject_id: int) -> bool:
    """Give a case back before its time is over; say whether there was something to give back."""
    _moderated, case = _own_case(moderator, kind, subject_id)
    gone, _by_model = Claim.objects.about(kind, subject_id).of(moderator).delete()
    if gone:
        _tell("released", moderator, case)
    return bool(gone)


def claim_next(*, moderator: Person, scope: Scope = EVERYTHING, leaving: Named | None = None) -> Claim | None:
    """Take the oldest case of the scope that nobody has taken; None where nothing is left.

    `leaving` is a case that is put aside: what stands behind it is looked through first, and it is not offered again.
    Each try is a transaction of its own (`claim_case`), so that nobody waits for others while holding something: of
    several who ask at once each gets another case, and what is taken from under one's hand is followed by what is next.
    """
    for after in dict.fromkeys([_place(leaving), None]):
        refused: set[Named] = {leaving} if leaving else set()
        for _offer in range(MOST_OFFERS):
            offered = in_order(moderator, scope, after=after, most=OFFERED + len(refused), free_at=clock.now())
            names = [(place.kind, place.id) for place, _row in offered if (place.kind, place.id) not in refused]
            if not names:
                break
            for kind, subject_id in names:
                try:
                    return claim_case(moderator=moderator, kind=kind, subject_id=subject_id, waiting=True)
                except AlreadyDecided:
                    continue
                except Http404:
                    refused.add((kind, subject_id))
    return None


def forget_claims() -> None:
    """Delete claims that ended some time ago."""
    Claim.objects.not_running(clock.now() - KEPT).delete()


def _take(moderator: Person, kind: str, subject_id: int) -> tuple[Claim, bool]:
    """Return the moderator's claim of the case and whether it is new; one row under a constraint decides who has it."""
    now = clock.now()
    until = now + timedelta(minutes=settings.MODERATION_CLAIM_MINUTES)
    claims = Claim.objects.about(kind, subject_id)
    is_new = not claims.running(now).of(moderator).update(until=until)
    if is_new and not claims.not_running(now).update(moderator=moderator, taken_at=now, until=until):
        row = Claim(kind=kind, subject_id=subject_id, moderator=moderator, taken_at=now, until=until)
        Claim.objects.bulk_create([row], ignore_conflicts=True)
    claim = claims.select_related("moderator").first()
    if claim is None:
        # Whoever had it gave it back just now.
        raise AlreadyTaken
    require_free(claim, moderator, now)
    return claim, is_new


def _own_case(moderator: Person, kind: str, subject_id: int) -> tuple[ModerationKind, Case]:
    moderated = registry.kinds.get(kind)
    subject = moderated.find(subject_id) if moderated else None
    if moderated is None or subject is None:
        raise Http404
    case = moderated.case(subject)
    role = CampaignRole.Role.MODERATOR
    if not roles_of(moderator).any_of(role):
        require_moderator(moderator, case.campaign_id)
    if not roles_of(moderator).holds(role, case.campaign_id):
        raise Http404
    return moderated, case


def _place(named: Named | None) -> Place | None:
    kind, subject_id = named or ("", 0)
    moderated = registry.kinds.get(kind)
    row = moderated.find(subject_id) if moderated else None
    return None if row is None else place_of(row, kind)


def _tell(what: str, moderator: Person, case: Case) -> None:
    events.record(
        f"moderation.{what}",
        subject=events.Subject(case.kind, case.id),
        actor_id=moderator.pk,
        campaign_id=case.campaign_id,
    )
