"""Bursts: what comes all at once from new accounts or one network. People are told; nothing is dropped or undone."""

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from crowd import clock
from crowd.events import actions as events
from crowd.events.models import Event
from crowd.events.registry import Away, schedule, subscribe
from crowd.limits.models import Usage
from crowd.moderation.models import Burst
from crowd.moderation.registry import Case, registry
from crowd.people.letters import site_name
from crowd.people.models import CampaignRole, Person

# Within so long it is a burst; so young is a new account.
WITHIN = timedelta(hours=1)
YOUNG = timedelta(days=1)
LOOKED_EVERY = timedelta(minutes=5)
# So much of a network's hash tells one from another for a day; it names nobody, and tomorrow it is another one.
NETWORK_LETTERS = 16

Named = tuple[str, int]


@transaction.atomic
def note_burst(
    *, kind: str, key: str, count: int, case: Named = ("", 0), campaign_id: int | None = None
) -> Burst | None:
    """Note a burst and tell of it, once a day for each `key`; return it, or None where it is known.

    `case` is what it is about: the kind and id of a post.
    """
    burst, is_new = Burst.objects.get_or_create(
        kind=kind,
        key=key,
        day=timezone.localdate(clock.now()),
        defaults={
            "count": count,
            "campaign_id": campaign_id,
            "subject_kind": case[0],
            "subject_id": case[1],
            "noticed_at": clock.now(),
        },
    )
    if not is_new:
        return None
    events.record("burst.noticed", subject=events.Subject("burst", burst.pk), campaign_id=campaign_id)
    return burst


def look_for_sign_ups() -> None:
    """Note the networks that many sign-ups came from within an hour, as far as limits have counted them.

    A person is counted there too, but never so often as a network has to be.
    """
    if not settings.BURST_SIGN_UPS:
        return
    # Limits count by full hours: the one that has just ended is looked at once more.
    since = int(time.time() - 2 * WITHIN.total_seconds())
    many = Usage.objects.filter(rule="sign_up", window__gte=since, count__gte=settings.BURST_SIGN_UPS)
    for who, count in many.order_by("who").values_list("who").annotate(most=Max("count")):
        note_burst(kind=Burst.Kind.SIGN_UPS, key=f"network:{who[:NETWORK_LETTERS]}", count=count)


def tell_moderators(happened: Sequence[Event]) -> None:
    """Write to those who moderate there; of what is about no campaign, to who moderates all. Twice does no harm."""
    for burst in Burst.objects.filter(pk__in=[event.subject_id for event in happened]).order_by("pk"):
        case = cases_of([burst]).get((burst.subject_kind, burst.subject_id))
        for moderator in moderators_of(burst.campaign_id):
            try:
                _send(moderator, burst, case)
            except (OSError, SMTPException) as error:
                raise Away("mail") from error


def moderators_of(campaign_id: int | None) -> QuerySet[Person]:
    """Return who moderates this campaign; without one, who moderates all of them."""
    held = CampaignRole.objects.filter(role=CampaignRole.Role.MODERATOR)
    there = Q(campaign_id=None) | Q(campaign_id=campaign_id) if campaign_id else Q(campaign_id=None)
    return Person.objects.filter(is_active=True, pk__in=held.filter(there).values("person_id")).order_by("pk")


def cases_of(bursts: Iterable[Burst]) -> dict[Named, Case]:
    """Return the posts that the bursts are about: as many queries for 1 as for 50."""
    ids: dict[str, set[int]] = {}
    for burst in bursts:
        ids.setdefault(burst.subject_kind, set()).add(burst.subject_id)
    known = [(registry.kinds[kind], found) for kind, found in sorted(ids.items()) if kind in registry.kinds]
    cases = [case for moderated, found in known for case in moderated.cases(moderated.many(found))]
    return {(case.kind, case.id): case for case in cases}


def _send(moderator: Person, burst: Burst, case: Case | None) -> None:
    with override(moderator.language):
        context = {
            "burst": burst,
            # What is not public goes to nobody's mailbox.
            "title": case.title if case and case.status == "published" else "",
            "bursts_url": f"{settings.SITE_URL}{reverse('bursts:index')}",
            "site_name": site_name(),
            "site_url": settings.SITE_URL,
        }
        subject = " ".join(render_to_string("moderation/email/burst_subject.txt", context).split())
        message = render_to_string("moderation/email/burst_message.txt", context)
    send_mail(subject, message, None, [moderator.email])


def listen() -> None:
    subscribe("moderation.burst_letters", kinds=["burst.noticed"], handler=tell_moderators, atomic=False)
    schedule("moderation.sign_ups", every=LOOKED_EVERY, work=look_for_sign_ups)
