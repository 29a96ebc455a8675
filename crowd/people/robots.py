"""What tells a robot at the form of the sign-up without asking anybody: a field to leave alone, and its haste."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

# Hidden by the style sheet from everybody, so that only what reads the page's source fills it in.
TRAP = "website"
LONGEST_FILLING = timedelta(days=1)

_SHOWN = "sign_up"


class Filling(Enum):
    TOO_QUICK = "too_quick"
    ENOUGH = "enough"
    STALE = "stale"


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="crowd.people.robots")


def seen_now() -> str:
    """Return the moment at which a form is shown, signed."""
    return _signer().sign(_SHOWN)


def time_of_filling(seen_at: str) -> Filling:
    """Say how long the form was filled in; a moment that is missing or not ours is as one long past."""
    try:
        _signer().unsign(seen_at, max_age=LONGEST_FILLING)
    except BadSignature:
        return Filling.STALE
    if not settings.SIGN_UP_FASTEST_SECONDS:
        return Filling.ENOUGH
    try:
        _signer().unsign(seen_at, max_age=settings.SIGN_UP_FASTEST_SECONDS)
    except SignatureExpired:
        return Filling.ENOUGH
    return Filling.TOO_QUICK


def is_trapped(typed: Mapping[str, str]) -> bool:
    return bool(typed.get(TRAP, ""))
