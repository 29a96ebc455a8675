from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404

from crowd import clock
from crowd.campaigns.models import CampaignPage
from crowd.campaigns.queries import block_ids_in_campaigns
from crowd.errors import Text
from crowd.moderation.models import Appeal, AppealQuerySet, Decision, DecisionQuerySet, Sanction
from crowd.moderation.registry import Case, registry
from crowd.moderation.rules import UNDONE, appeal_until, require_not_silenced, still_stands
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

QUEUE_PAGE = 50
MOST_COUNTED = 99


@dataclass(frozen=True)
class Queue:
    """What waits: the oldest cases, how many there are in all, and by kind."""

    cases: list[Case]
    total: int
    by_kind: dict[str, int]


@dataclass(frozen=True)
class Statement:
    """A decision as the author of the post reads it."""

    decision: Decision
    case: Case | None
    appeal: Appeal | None
    # Known on the page of one: whether the post is as the decision left it, where, and as of when.
    stands: bool = False
    campaign: str = ""
    now: datetime | None = None

    @property
    def label(self) -> Text:
        kind = registry.kinds.get(self.decision.kind)
        return kind.label if kind else ""

    @property
    def until(self) -> datetime:
        return appeal_until(self.decision)

    @property
    def in_time(self) -> bool:
        return self.now is not None and self.now <= self.until

    @property
    def appealable(self) -> bool:
        return self.appeal is None and self.stands and self.in_time


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


def decisive_rules(kind: str, subject_ids: Collection[int]) -> dict[int, str]:
    """Return by post the name of the rule by which its latest decision hid or refused it; one query."""
    if not subject_ids:
        return {}
    decided = Decision.objects.filter(kind=kind, subject_id__in=subject_ids).order_by("pk")
    latest = {pk: (outcome, rule) for pk, outcome, rule in decided.values_list("subject_id", "outcome", "reason__name")}
    return {pk: rule for pk, (outcome, rule) in latest.items() if outcome in UNDONE and rule}


def waiting_appeal(kind: str, subject_id: int) -> Appeal | None:
    """Return the appeal that waits about one post."""
    return Appeal.objects.about(kind, subject_id).waiting().first()


def appeals_for(person: Person) -> AppealQuerySet:
    """Return the appeals that wait in the campaigns that the person moderates, oldest first."""
    campaigns = roles_of(person).campaigns(CampaignRole.Role.MODERATOR)
    waiting = Appeal.objects.waiting().in_campaigns(campaigns)
    return waiting.select_related("decision__reason", "author").order_by("pk")


def appeals_waiting(person: Person) -> int:
    """Return how many appeals wait for this moderator; more than `MOST_COUNTED` are not counted on."""
    return appeals_for(person).order_by()[: MOST_COUNTED + 1].count()


def cases_of(decisions: Iterable[Decision]) -> dict[tuple[str, int], Case]:
    """Return the posts that were decided about, by kind and id: as many queries for 1 as for 50."""
    ids: dict[str, set[int]] = defaultdict(set)
    for decision in decisions:
        ids[decision.kind].add(decision.subject_id)
    known = [(registry.kinds[kind], found) for kind, found in sorted(ids.items()) if kind in registry.kinds]
    cases = [case for moderated, found in known for case in moderated.cases(moderated.many(found))]
    return {(case.kind, case.id): case for case in cases}


def statements_for(person: Person) -> DecisionQuerySet:
    """Return the decisions against the person's posts, the latest first, each with its rule and its appeal."""
    return Decision.objects.against().concerning(person).select_related("reason", "appeal").order_by("-pk")


def with_posts(decisions: Iterable[Decision]) -> list[Statement]:
    """Return the decisions as their author reads them, each with the post: as many queries for 1 as for 50."""
    listed = list(decisions)
    cases = cases_of(listed)
    return [Statement(one, cases.get((one.kind, one.subject_id)), appeal_of(one)) for one in listed]


def statement_or_404(person: Person, decision_id: int) -> Statement:
    """Return the decision about the person's post, with what can still be said against it."""
    decision = statements_for(person).filter(pk=decision_id).first()
    if decision is None:
        raise Http404
    [statement] = with_posts([decision])
    latest = latest_decision(decision.kind, decision.subject_id)
    status = statement.case.status if statement.case else None
    stands = still_stands(decision, latest.pk if latest else None, status)
    titles = CampaignPage.objects.filter(pk=decision.campaign_id).values_list("title", flat=True)
    return replace(statement, stands=stands, campaign=titles.first() or "", now=clock.now())


def appeal_of(decision: Decision) -> Appeal | None:
    """Return what was said against the decision, which was read along."""
    return getattr(decision, "appeal", None)


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
