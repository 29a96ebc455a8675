from dataclasses import dataclass

from crowd.campaigns.queries import block_ids_in_campaigns
from crowd.moderation.models import Decision
from crowd.moderation.registry import Case, registry
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

QUEUE_PAGE = 50


@dataclass(frozen=True)
class Queue:
    """What waits: the oldest cases, how many there are in all, and by kind."""

    cases: list[Case]
    total: int
    by_kind: dict[str, int]


def moderation_queue(person: Person, kind: str = "") -> Queue:
    """Return what waits for this moderator: only in the campaigns that the role holds in, oldest first."""
    campaigns = roles_of(person).campaigns(CampaignRole.Role.MODERATOR)
    block_ids = block_ids_in_campaigns(campaigns)
    by_kind: dict[str, int] = {}
    cases: list[Case] = []
    for name, moderated in sorted(registry.kinds.items()):
        waiting = moderated.pending(block_ids)
        by_kind[name] = waiting.count()
        if kind in {"", name}:
            cases += moderated.cases(list(waiting[:QUEUE_PAGE]))
    cases.sort(key=lambda case: (case.created_at, case.kind, case.id))
    return Queue(cases[:QUEUE_PAGE], sum(by_kind.values()), by_kind)


def decisions_about(kind: str, subject_id: int) -> list[Decision]:
    """Return what was decided about one thing, latest first."""
    return list(Decision.objects.filter(kind=kind, subject_id=subject_id).select_related("reason", "moderator"))


def latest_decision(kind: str, subject_id: int) -> Decision | None:
    return Decision.objects.filter(kind=kind, subject_id=subject_id).select_related("reason").first()
