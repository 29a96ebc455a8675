"""What follows from decisions: whose posts were let through often enough is trusted."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from crowd.events.models import Event
from crowd.events.registry import schedule, subscribe
from crowd.moderation.actions import fold_register, forget_claims
from crowd.moderation.models import Decision
from crowd.moderation.rules import has_earned_trust
from crowd.people.actions import trust_newcomer
from crowd.people.models import Person


def trust_newcomers(happened: Sequence[Event]) -> None:
    """Trust the newcomers among the authors whose posts were decided about, where they have earned it."""
    decided = Decision.objects.filter(pk__in=[event.payload["decision"] for event in happened])
    newcomers = Person.objects.filter(
        pk__in=decided.values("author_id"), standing=Person.Standing.NEWCOMER, is_active=True
    )
    for person in newcomers.order_by("pk"):
        decisions = Decision.objects.filter(author=person).order_by("pk")
        outcomes = decisions.values_list("kind", "subject_id", "outcome")
        if has_earned_trust(outcomes, settings.TRUSTED_AFTER_POSTS):
            trust_newcomer(person_id=person.pk)


def register() -> None:
    subscribe("moderation.trust", kinds=["moderation.decided"], handler=trust_newcomers, batch=50)
    # The first time it sums up all that was ever decided.
    lease = timedelta(minutes=5)
    schedule("moderation.register", every=timedelta(minutes=10), work=fold_register, lease=lease)
    schedule("moderation.claims", every=timedelta(hours=1), work=forget_claims)
