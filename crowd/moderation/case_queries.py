"""What a moderator knows of a case besides its post: that it was handed on, and its author's record."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from crowd import clock
from crowd.campaigns.queries import block_ids_in_campaigns
from crowd.errors import Text
from crowd.moderation.case_rules import takes_over
from crowd.moderation.models import Decision, Escalation, Outcome, Sanction
from crowd.moderation.registry import Case, registry
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

Named = tuple[str, int]


@dataclass(frozen=True)
class AuthorRecord:
    """What a moderator may know of an author, of the campaigns that the moderator has; never an e-mail or a place."""

    joined_at: datetime
    trusted: bool
    # Each with its name and how many.
    posts: list[tuple[Text, list[tuple[Text, int]]]] = field(default_factory=list)
    against: list[tuple[Text, int]] = field(default_factory=list)
    sanctions: list[Sanction] = field(default_factory=list)


def open_escalation(kind: str, subject_id: int) -> Escalation | None:
    """Return who has handed the case on, where nothing was decided about it since."""
    return Escalation.objects.open().about(kind, subject_id).select_related("moderator").first()


def open_escalations(cases: Sequence[Case]) -> dict[Named, Escalation]:
    """Return which of these cases were handed on, in one query."""
    if not cases:
        return {}
    escalations = Escalation.objects.open().filter(subject_id__in={case.id for case in cases})
    return {(one.kind, one.subject_id): one for one in escalations.select_related("moderator")}


def escalated_ids(kind: str) -> QuerySet[Escalation, int]:
    """Return the ids of the posts of this kind that were handed on: a part of greater statements."""
    return Escalation.objects.open().order_by().filter(kind=kind).values_list("subject_id", flat=True)


def escalated_to(person: Person) -> list[Escalation]:
    """Return what was handed to this person and is still at hand, the longest ago first."""
    campaigns = takes_over(roles_of(person))
    if campaigns == frozenset():
        return []
    escalations = Escalation.objects.open().order_by("pk")
    found = list(escalations if campaigns is None else escalations.filter(campaign_id__in=campaigns))
    at_hand = {
        (name, pk)
        for name, moderated in sorted(registry.kinds.items())
        if (ids := [one.subject_id for one in found if one.kind == name])
        for rows in (moderated.pending(None), moderated.public(None))
        for pk in rows.order_by().filter(pk__in=ids).values_list("pk", flat=True)
    }
    return [one for one in found if (one.kind, one.subject_id) in at_hand]


def cases_named(moderator: Person, names: Iterable[Any]) -> dict[Named, Case]:
    """Return the cases among these (each with a kind and an id) that are of the moderator's campaigns."""
    ids: dict[str, list[int]] = {}
    for one in names:
        ids.setdefault(one.kind, []).append(one.id)
    known = [(registry.kinds[kind], found) for kind, found in sorted(ids.items()) if kind in registry.kinds]
    roles, role = roles_of(moderator), CampaignRole.Role.MODERATOR
    cases = [case for moderated, found in known for case in moderated.cases(moderated.many(found))]
    return {(case.kind, case.id): case for case in cases if roles.holds(role, case.campaign_id)}


def author_records(moderator: Person, author_ids: Iterable[int | None]) -> dict[int, AuthorRecord]:
    """Return the record of each of these authors, with as many queries for 1 as for 50."""
    wanted = {author_id for author_id in author_ids if author_id is not None}
    if not wanted:
        return {}
    campaigns = roles_of(moderator).campaigns(CampaignRole.Role.MODERATOR)
    people = Person.objects.filter(pk__in=wanted).values_list("pk", "joined_at", "standing")
    records = {pk: AuthorRecord(joined, standing == Person.Standing.TRUSTED) for pk, joined, standing in people}
    _add_posts(records, block_ids_in_campaigns(campaigns))
    decided = Decision.objects.in_campaigns(campaigns).against().filter(author__in=wanted).order_by()
    counted = decided.values_list("author_id", "outcome").annotate(count=Count("pk"))
    for author_id, outcome, count in sorted(counted, key=lambda row: Outcome.values.index(row[1])):
        records[author_id or 0].against.append((Outcome(outcome).label, count))
    for sanction in _sanctions(wanted, campaigns):
        records[sanction.person_id].sanctions.append(sanction)
    return records


def _add_posts(records: dict[int, AuthorRecord], block_ids: list[int] | None) -> None:
    for _name, moderated in sorted(registry.kinds.items()):
        if moderated.posted is None:
            continue
        by_author: dict[int, list[tuple[Text, int]]] = {}
        for author_id, state, count in moderated.posted(records.keys(), block_ids):
            by_author.setdefault(author_id, []).append((state, count))
        for author_id, states in by_author.items():
            records[author_id].posts.append((moderated.plural or moderated.label, states))


def _sanctions(person_ids: Collection[int], campaigns: frozenset[int] | None) -> QuerySet[Sanction]:
    in_force = Sanction.objects.in_force(clock.moment()).filter(person__in=person_ids).select_related("reason")
    reached = in_force if campaigns is None else in_force.reaching_any(campaigns)
    return reached.order_by("ends_at")
