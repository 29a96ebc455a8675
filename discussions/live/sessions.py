"""Which of the sessions that open sockets came with have ended, or belong to somebody who is blocked."""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from crowd.moderation.queries import with_cut_off
from crowd.people.models import Person
from discussions.live.readers import BLOCKED, SESSION_ENDED

MOST_ENDED = 10_000


@dataclass(frozen=True)
class Owner:
    """Whom a session belongs to, and the proof that the password has not been changed since."""

    person_id: int
    proof: str


class Sessions:
    """Used by one sweep, so by one thread at a time; only `has_ended` is asked from elsewhere."""

    def __init__(self) -> None:
        # None for a session of nobody. What a session says of its owner never changes: signing in makes a new key.
        self._owners: dict[str, Owner | None] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def has_ended(self, key: str) -> bool:
        """Say whether a socket was closed for this session before: its cookie now means nobody, not the end again."""
        return key in self._ended

    def over(self, keys: Collection[str]) -> dict[str, int]:
        """Return the code to close with by key, for the sessions that are over, by at most three queries."""
        self._owners = {key: owner for key, owner in self._owners.items() if key in keys}
        if not keys:
            return {}
        lasting = Session.objects.filter(expire_date__gt=Now())
        present = set(lasting.filter(pk__in=[key for key in keys if key in self._owners]).values_list("pk", flat=True))
        fresh = lasting.filter(pk__in=[key for key in keys if key not in self._owners])
        for key, data in fresh.values_list("pk", "session_data"):
            self._owners[key] = _owner(data)
            present.add(key)
        codes = {key: SESSION_ENDED for key in keys if key not in present} | self._refused(present)
        self._remember(key for key, code in codes.items() if code == SESSION_ENDED)
        return codes

    def _refused(self, keys: Collection[str]) -> dict[str, int]:
        owners = {key: owner for key in keys if (owner := self._owners[key])}
        ids = {owner.person_id for owner in owners.values()}
        known = with_cut_off(Person.objects.only("is_active", "password"))
        people: dict[int, Any] = known.in_bulk(ids) if ids else {}
        codes = {key: _code(people.get(owner.person_id), owner.proof) for key, owner in owners.items()}
        return {key: code for key, code in codes.items() if code}

    def _remember(self, ended: Iterable[str]) -> None:
        for key in ended:
            self._ended[key] = None
        while len(self._ended) > MOST_ENDED:
            self._ended.popitem(last=False)


def _owner(data: str) -> Owner | None:
    said = SessionStore().decode(data)
    if SESSION_KEY not in said:
        return None
    return Owner(int(said[SESSION_KEY]), said.get(HASH_SESSION_KEY, ""))


def _code(person: Any, proof: str) -> int:
    """Return the code to close with, 0 for somebody who is signed in as before.

    `person` was read `with_cut_off`: who may only read is told nothing new, and opens the page anew.
    """
    if person is None:
        return SESSION_ENDED
    if not person.is_active or person.cut_off:
        return BLOCKED
    proofs = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    return 0 if any(constant_time_compare(proof, one) for one in proofs) else SESSION_ENDED
