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
from crowd.moderation.rules import require_moderator, require_sanction, require_sanctionable
from crowd.people.models import Person
from crowd.people.queries import roles_of


@transaction.atomic
def impose_sanction(
    *,
    moderator: Person,
    person: Person,
    campaign_id: int | None,
    reason: Reason | None,
    length: timedelta,
    note: str = "",
    case: Case | None = None,
) -> Sanction:
    """Let the person write no comments and propose no ideas for a while; votes stay open to everybody.

    Without a campaign it holds on the whole site, which only who moderates all campaigns may say. `case` is the post
    that it is imposed for. Raises `AlreadyDecided` where one in force lasts as long already.
    """
    require_moderator(moderator, campaign_id)
    require_sanctionable(moderator, person, roles_of(person), campaign_id)
    reason = require_sanction(length, reason, note.strip())
    # The person's row is the lock: of two moderators at once the second is told that it is done.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    now = clock.now()
    in_force = Sanction.objects.reaching(campaign_id).in_force(now).filter(person=person)
    if in_force.filter(ends_at__gte=now + length - timedelta(minutes=1)).exists():
        raise AlreadyDecided(_("Этот человек уже ограничен на такой срок или дольше."))
    sanction = Sanction.objects.create(
        person=person,
        campaign_id=campaign_id,
        subject_kind=case.kind if case else "",
        subject_id=case.id if case else None,
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
    now = clock.now()
    if sanction.lifted_at is not None or sanction.ends_at <= now:
        raise AlreadyDecided(_("Это ограничение уже не действует."))
    sanction.lifted_at, sanction.lifted_by = now, moderator
    sanction.save(update_fields=["lifted_at", "lifted_by"])
    _audit_sanction("lifted", sanction, moderator)
    return sanction


def _audit_sanction(what: str, sanction: Sanction, actor: Person) -> None:
    """Write who did it into the person's history and the events."""
    data = {"campaign": sanction.campaign_id, "until": sanction.ends_at.isoformat()}
    log(instance=sanction.person, action=f"moderation.sanction_{what}", user=actor, data=data)
    events.record(
        f"sanction.{what}",
        subject=events.Subject("person", sanction.person_id),
        actor_id=actor.pk,
        campaign_id=sanction.campaign_id,
        payload={"sanction": sanction.pk},
    )
