from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import HttpRequest

from crowd.people.models import CampaignRole, Consent, ConsentText, Person

Role = CampaignRole.Role

# What a higher floor wants to know of whoever is signed in, by a name that is no role: rows of theirs, few or none.
# It is read in the statement of the roles, so that no page asks once more for what concerns almost nobody.
noted: dict[str, Callable[[Person], QuerySet[Any]]] = {}


@dataclass(frozen=True)
class Roles:
    """A person's roles: where each holds. Whoever administers the site has every role everywhere."""

    by_role: dict[str, frozenset[int | None]]
    everywhere: bool = False
    # Of Wagtail's groups, which open the admin and pages to edit.
    in_groups: bool = False
    # The names in `noted` under which there is something.
    notes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.by_role)

    def holds(self, role: str, campaign_id: int | None) -> bool:
        """Say whether the role holds in the campaign."""
        campaigns = self.by_role.get(role, frozenset())
        return self.everywhere or None in campaigns or (campaign_id is not None and campaign_id in campaigns)

    def campaigns(self, *roles: str) -> frozenset[int] | None:
        """Return the ids of the campaigns in which one of the roles holds; None means all campaigns."""
        held = frozenset[int | None]().union(*(self.by_role.get(role, frozenset()) for role in roles))
        if self.everywhere or None in held:
            return None
        return frozenset(campaign for campaign in held if campaign is not None)

    def any_of(self, *roles: str) -> bool:
        return self.everywhere or any(self.by_role.get(role) for role in roles)


NO_ROLES = Roles({})


def roles_of(person: AbstractBaseUser | AnonymousUser | None) -> Roles:
    """Return the person's roles, read once per person object (that is, per request)."""
    if not isinstance(person, Person) or not person.is_active:
        return NO_ROLES
    known: Roles | None = getattr(person, "_roles", None)
    if known is None:
        by_role: dict[str, set[int | None]] = {}
        roles = person.roles.order_by().values_list("role", "campaign_id")
        groups = person.groups.order_by().annotate(role=Value("")).values_list("role", "pk")
        notes = [
            ask(person).order_by().annotate(role=Value(name)).values_list("role", "pk") for name, ask in noted.items()
        ]
        rows: list[tuple[str, int | None]] = list(roles.union(groups, *notes, all=True))
        for role, campaign_id in rows:
            if role and role not in noted:
                by_role.setdefault(role, set()).add(campaign_id)
        frozen = {role: frozenset(campaigns) for role, campaigns in by_role.items()}
        in_groups = any(not role for role, _ in rows)
        named = frozenset(role for role, _ in rows if role in noted)
        known = Roles(frozen, everywhere=person.is_superuser, in_groups=in_groups, notes=named)
        person._roles = known  # type: ignore[attr-defined]  # noqa: SLF001 - a cache for the length of a request
    return known


def person_of(request: HttpRequest) -> Person | None:
    """Return who is signed in."""
    return request.user if isinstance(request.user, Person) else None


def current_consent_text() -> ConsentText | None:
    """Return the consent that is in force: the one with the highest version."""
    return ConsentText.objects.order_by("-version").first()


class ConsentVersion(NamedTuple):
    text: ConsentText
    # None: it is in force.
    until: datetime | None


def consent_versions() -> list[ConsentVersion]:
    """Return all versions of the consent with the day on which the next took its place, the newest first."""
    texts = list(ConsentText.objects.order_by("-version"))
    ends = [None, *(text.published_at for text in texts)]
    return [ConsentVersion(text, end) for text, end in zip(texts, ends, strict=False)]


def has_current_consent(person: Person) -> bool:
    """Say whether the person agreed to the text in force. Without any text there is nothing to agree to."""
    return consent_answers(person).first() is not False


def consent_answers(person: Person) -> QuerySet[ConsentText, bool]:
    """Return whether the person agreed to each text, to the one in force first: a part of greater statements."""
    given = Consent.objects.filter(person=person, text=OuterRef("pk"))
    return ConsentText.objects.order_by("-version").values_list(Exists(given), flat=True)
