from datetime import timedelta

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from crowd import clock
from crowd.errors import AlreadyDecided
from crowd.events import actions as events
from crowd.moderation.models import Reason, Sanction
from crowd.moderation.registry import Case
from crowd.moderation.rules import (
    require_moderator,
    require_news,
    require_others_sanction,
    require_sanction,
    require_sanctionable,
)
from crowd.people.models import Person
from crowd.people.queries import roles_of

# Two that are imposed for as long at about the same time end at the same time.
SAME_MOMENT = timedelta(minutes=1)


@transaction.atomic
def impose_sanction(
    *,
    moderator: Person,
    person: Person,
    kind: str,
    campaign_id: int | None,
    reason: Reason | None,
    length: timedelta,
    note: str = "",
    case: Case | None = None,
) -> Sanction:
    """Warn the person, or let it do less for a while: what each kind forbids stands in `FORBIDS`.

    Without a campaign it holds on the whole site, which only who moderates all campaigns may say. `case` is the post
    that it is imposed for. Raises `AlreadyDecided` where it would add nothing to what is in force.
    """
    require_moderator(moderator, campaign_id)
    require_sanctionable(moderator, person, roles_of(person), campaign_id)
    reason = require_sanction(kind, length, reason, note.strip())
    # The person's row is the lock: of two moderators at once the second is told that it is done.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    now = clock.now()
    in_force = Sanction.objects.reaching(campaign_id).in_force(now).filter(person=person)
    subject = (case.kind, case.id) if case else ("", None)
    require_news(in_force, kind, now + length - SAME_MOMENT, subject)
    sanction = Sanction.objects.create(
        kind=kind,
        person=person,
        campaign_id=campaign_id,
        subject_kind=subject[0],
        subject_id=subject[1],
        reason=reason,
        note=note.strip(),
        imposed_by=moderator,
        starts_at=now,
        ends_at=now + length,
    )
    _audit_sanction("imposed", sanction, moderator)
    return sanction


@transaction.atomic
def lift_sanction(*, moderator: Person, sanction_id: int) -> Sanction:
    """End a sanction before its time."""
    sanction = Sanction.objects.select_for_update(of=("self",)).select_related("person").filter(pk=sanction_id).first()
    if sanction is None:
        raise Http404
    require_moderator(moderator, sanction.campaign_id)
    require_others_sanction(moderator, sanction)
    now = clock.now()
    if sanction.lifted_at is not None or sanction.ends_at <= now:
        raise AlreadyDecided(_("Это ограничение уже не действует."))
    sanction.lifted_at, sanction.lifted_by = now, moderator
    sanction.save(update_fields=["lifted_at", "lifted_by"])
    _audit_sanction("lifted", sanction, moderator)
    return sanction


@transaction.atomic
def confirm_warning(*, person: Person, sanction_id: int) -> Sanction:
    """Note that the person has read a warning; once more, or when it is over, does no harm.

    Whose it is not, for them it does not exist.
    """
    warnings = Sanction.objects.select_for_update().filter(kind=Sanction.Kind.WARNING, person=person)
    warning = warnings.filter(pk=sanction_id).first()
    if warning is None:
        raise Http404
    if warning.confirmed_at is None:
        warning.confirmed_at = clock.now()
        warning.save(update_fields=["confirmed_at"])
        _record("confirmed", warning, person)
    return warning


def _audit_sanction(what: str, sanction: Sanction, actor: Person) -> None:
    """Write who did it into the person's history and the events."""
    data = {"kind": sanction.kind, "campaign": sanction.campaign_id, "until": sanction.ends_at.isoformat()}
    log(instance=sanction.person, action=f"moderation.sanction_{what}", user=actor, data=data)
    _record(what, sanction, actor)


def _record(what: str, sanction: Sanction, actor: Person) -> None:
    events.record(
        f"sanction.{what}",
        subject=events.Subject("person", sanction.person_id),
        actor_id=actor.pk,
        campaign_id=sanction.campaign_id,
        payload={"sanction": sanction.pk},
    )
