from collections.abc import Iterable
from dataclasses import dataclass

from crowd import clock
from crowd.campaigns.models import CampaignPage
from crowd.campaigns.queries import block_ids_in_campaigns
from crowd.moderation.flag_queries import NO_FLAGS, Flags, flagged_ids, latest_decisions, open_flags
from crowd.moderation.models import Decision, Sanction
from crowd.moderation.registry import Case, registry
from crowd.moderation.rules import require_not_silenced
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

QUEUE_PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """A case that waits, what people have against it, and the latest decision about it, 0 where there is none."""

    case: Case
    flags: Flags
    latest: int


@dataclass(frozen=True)
class Queue:
    """What waits: the oldest cases, how many there are in all, by kind, and with flags."""

    waiting: list[Waiting]
    total: int
    by_kind: dict[str, int]
    flagged: int

    @property
    def cases(self) -> list[Case]:
        return [one.case for one in self.waiting]


def moderation_queue(person: Person, kind: str = "", *, flagged: bool = False) -> Queue:
    """Return what waits for this moderator: only in the campaigns that the role holds in, oldest first.

    That is what is not public yet or was withheld, and what is public and flagged; `flagged` asks for what has flags.
    """
    campaigns = roles_of(person).campaigns(CampaignRole.Role.MODERATOR)
    block_ids = block_ids_in_campaigns(campaigns)
    by_kind: dict[str, int] = {}
    with_flags = 0
    cases: list[Case] = []
    for name, moderated in sorted(registry.kinds.items()):
        pending, ids = moderated.pending(block_ids), flagged_ids(name)
        public, withheld = moderated.public(block_ids).filter(pk__in=ids), pending.filter(pk__in=ids)
        public_count = public.count()
        by_kind[name] = pending.count() + public_count
        with_flags += withheld.count() + public_count
        if kind in {"", name}:
            for waiting in (withheld if flagged else pending, public):
                cases += moderated.cases(list(waiting[:QUEUE_PAGE]))
    cases.sort(key=lambda case: (case.created_at, case.kind, case.id))
    return Queue(with_flags_of(cases[:QUEUE_PAGE]), sum(by_kind.values()), by_kind, with_flags)


def with_flags_of(cases: list[Case]) -> list[Waiting]:
    """Return the cases, each with what people have against it, with as many queries for 1 as for 50."""
    flags, latest = open_flags(cases), latest_decisions(cases)
    names = [(case.kind, case.id) for case in cases]
    return [
        Waiting(case, flags.get(name, NO_FLAGS), latest.get(name, 0)) for case, name in zip(cases, names, strict=True)
    ]


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
