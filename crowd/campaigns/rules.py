"""Is this open to this person now: the one rule that every action asks."""

from collections.abc import Set as AbstractSet

from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import Activity
from crowd.errors import ConsentMissing, NotAllowed, NotSignedIn, PhaseClosed
from crowd.people.models import Person

CLOSED = {
    Activity.SUBMIT: _("Приём идей сейчас закрыт."),
    Activity.COMMENT: _("Обсуждение сейчас закрыто."),
    Activity.VOTE: _("Голосование сейчас закрыто."),
    Activity.RATE: _("Оценка услуг сейчас закрыта."),
    Activity.REVIEW: _("Экспертная оценка сейчас закрыта."),
}


def require_open(activity: Activity, opened: AbstractSet[str]) -> None:
    """Refuse with `PhaseClosed` what no open phase opens."""
    if activity.value not in opened:
        raise PhaseClosed(CLOSED[activity])


def require_participant(person: Person | None, *, consented: bool) -> Person:
    """Return the person if it may take part at all: signed in, active, e-mail confirmed, consent given."""
    if person is None or not person.is_authenticated:
        raise NotSignedIn
    if not person.is_active or person.verification == Person.Verification.NONE:
        raise NotAllowed
    if not consented:
        raise ConsentMissing
    return person
