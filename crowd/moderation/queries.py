from collections.abc import Iterable
from dataclasses import dataclass

from crowd import clock
from crowd.campaigns.models import CampaignPage
from crowd.campaigns.queries import block_ids_in_campaigns
from crowd.moderation.models import Decision, Sanction
from crowd.moderation.registry import Case, registry
from crowd.moderation.rules import require_not_silenced
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


def sanctions_in_force(person: Person, campaign_id: int | None) -> list[Sanction]:
    """Return what the person may not do in this campaign now, the last to end first."""
    sanctions = Sanction.objects.reaching(campaign_id).in_force(clock.moment()).filter(person=person)
    return list(sanctions.select_related("reason").order_by("-ends_at"))


def require_voice(person: Person, campaign_id: int | None) -> None:
    """Refuse whoever may write nothing in this campaign now, and say until when and why."""
    if sanctions := sanctions_in_force(person, campaign_id):
        require_not_silenced(sanctions, clock.now())


def with_campaign_titles(sanctions: Iterable[Sanction]) -> list[Sanction]:
    """Return the sanctions, each with the title of its campaign in `campaign_title`; "" where it holds everywhere."""
    listed = list(sanctions)
    named = {sanction.campaign_id for sanction in listed if sanction.campaign_id is not None}
    titles = dict(CampaignPage.objects.filter(pk__in=named).values_list("pk", "title")) if named else {}
    for sanction in listed:
        sanction.campaign_title = titles.get(sanction.campaign_id or 0, "")
    return listed
