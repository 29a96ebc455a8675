from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404

from crowd import clock
from crowd.campaigns.models import BlockPage, CampaignPage
from crowd.errors import Silenced, Text
from crowd.memo import once_a_reading
from crowd.moderation.case_queries import AuthorRecord, author_records, escalated_to, open_escalations
from crowd.moderation.flag_queries import NO_FLAGS, Flags, about, latest_decisions, open_flags
from crowd.moderation.models import (
    Appeal,
    AppealQuerySet,
    Claim,
    Decision,
    DecisionQuerySet,
    Escalation,
    FlagReason,
    Reason,
    Sanction,
)
from crowd.moderation.registry import Case, registry
from crowd.moderation.rules import KINDS, UNDONE, Act, Kind, appeal_until, require_act, still_stands, strictness
from crowd.moderation.waiting import EVERYTHING, PAGES, Numbers, Place, Scope, in_order, numbers_for
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

MOST_COUNTED = 99
# Noted of a person with the roles (`crowd.people.queries.noted`): that some sanction is in force somewhere.
SANCTIONED = "sanctioned"


@dataclass(frozen=True)
class Waiting:
    """A case that waits, what people have against it, the latest decision about it (0: none), who is looking at it.

    Of a case that was handed on, by whom and why; of its author, what else is known (`with_records`).
    """

    case: Case
    flags: Flags
    latest: int
    claim: Claim | None = None
    escalation: Escalation | None = None
    record: AuthorRecord | None = None


@dataclass(frozen=True)
class Queue:
    """What waits: a page of the oldest cases, how much there is in all, and how much was handed on."""

    waiting: list[Waiting]
    numbers: Numbers
    # Where the next page begins; None where this is the last.
    next: Place | None = None
    escalated: int = 0

    @property
    def cases(self) -> list[Case]:
        return [one.case for one in self.waiting]

    @property
    def total(self) -> int:
        return self.numbers.total

    @property
    def by_kind(self) -> dict[str, int]:
        return self.numbers.by_kind

    @property
    def flagged(self) -> int:
        return self.numbers.flagged


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


def moderation_queue(person: Person, scope: Scope = EVERYTHING, *, after: Place | None = None) -> Queue:
    """Return what waits for this moderator: only in the campaigns that the role holds in, oldest first.

    That is what is not public yet or was withheld, and what is public and flagged; what was handed on waits in
    `escalated_queue`, which is what this returns where that is asked for. What is suspicious has one page, the most
    suspicious first. Raises `Http404` for a campaign that is not the moderator's.
    """
    now = clock.now()
    numbers, handed = numbers_for(person, scope, now), escalated_to(person)
    if scope.escalated:
        return Queue(escalated_queue(handed), numbers, escalated=len(handed))
    found = in_order(person, scope, after=after, most=scope.by + 1)
    shown = found[: scope.by]
    rows: dict[str, list[Any]] = {name: [] for name in sorted(registry.kinds)}
    for place, row in shown:
        rows[place.kind].append(row)
    cases = {(case.kind, case.id): case for name, known in rows.items() for case in registry.kinds[name].cases(known)}
    waiting = with_flags_of([cases[place.kind, place.id] for place, _row in shown])
    following = shown[-1][0] if len(found) > scope.by and not scope.suspicious else None
    return Queue(waiting, numbers, following, escalated=len(handed))


def escalated_queue(handed: Sequence[Escalation]) -> list[Waiting]:
    """Return the cases that were handed on, the longest ago first."""
    shown = handed[: PAGES[-1]]
    ids: dict[str, list[int]] = {}
    for one in shown:
        ids.setdefault(one.kind, []).append(one.subject_id)
    cases = [
        case for kind, found in ids.items() for case in registry.kinds[kind].cases(registry.kinds[kind].many(found))
    ]
    places = {(one.kind, one.subject_id): place for place, one in enumerate(shown)}
    return with_flags_of(sorted(cases, key=lambda case: places[case.kind, case.id]))


def with_flags_of(cases: list[Case]) -> list[Waiting]:
    """Return the cases, each with what people have against it and who looks, with as many queries for 1 as for 50."""
    flags, latest, claims = open_flags(cases), latest_decisions(cases), claims_of(cases)
    escalated = open_escalations(cases)
    names = [(case.kind, case.id) for case in cases]
    return [
        Waiting(case, flags.get(name, NO_FLAGS), latest.get(name, 0), claims.get(name), escalated.get(name))
        for case, name in zip(cases, names, strict=True)
    ]


def claims_of(cases: Sequence[Case]) -> dict[tuple[str, int], Claim]:
    """Return by case who is looking at it just now, each with the moderator."""
    if not cases:
        return {}
    claims = Claim.objects.running(clock.now()).filter(about(cases)).select_related("moderator")
    return {(claim.kind, claim.subject_id): claim for claim in claims}


def with_records(moderator: Person, waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return the cases, each with its author's record, with as many queries for 1 as for 50."""
    listed = list(waiting)
    records = author_records(moderator, [one.case.author_id for one in listed])
    return [replace(one, record=records.get(one.case.author_id or 0)) for one in listed]


def decisions_about(kind: str, subject_id: int) -> list[Decision]:
    """Return what was decided about one thing, latest first."""
    return list(Decision.objects.filter(kind=kind, subject_id=subject_id).select_related("reason", "moderator"))


def latest_decision(kind: str, subject_id: int) -> Decision | None:
    decided = Decision.objects.filter(kind=kind, subject_id=subject_id)
    return decided.select_related("reason", "moderator").first()


def is_named(reason: Reason | FlagReason) -> bool:
    """Say whether anything that was decided, imposed or flagged names this reason."""
    kinds = [relation.field for relation in reason._meta.related_objects]  # noqa: SLF001 - Django's documented API
    return any(kind.model._base_manager.filter(**{kind.name: reason}).exists() for kind in kinds)  # noqa: SLF001 - as above


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
    standing = statement.case.standing if statement.case else None
    stands = still_stands(decision, latest.pk if latest else None, standing)
    titles = CampaignPage.objects.filter(pk=decision.campaign_id).values_list("title", flat=True)
    return replace(statement, stands=stands, campaign=titles.first() or "", now=clock.now())


def appeal_of(decision: Decision) -> Appeal | None:
    """Return what was said against the decision, which was read along."""
    return getattr(decision, "appeal", None)


def in_force_of(person: Person) -> QuerySet[Sanction]:
    """Return what is in force against the person anywhere, by the database's clock."""
    return Sanction.objects.in_force(clock.moment()).filter(person=person)


def sanctions_in_force(person: Person, campaign_ids: Iterable[int | None]) -> list[Sanction]:
    """Return what is in force against the person in these campaigns and on the whole site, the strictest first.

    One query; which campaigns are meant is asked only where there is something.
    """
    found = list(in_force_of(person).select_related("reason"))
    return _reaching(found, campaign_ids) if found else []


def require_may(person: Person, act: Act, campaign_id: int | None) -> list[Sanction]:
    """Refuse what a sanction in force in this campaign or on the whole site forbids; return what is in force there.

    Every action of a resident asks it, of the database: what was imposed a moment ago holds.
    """
    return require_may_in(person, act, [campaign_id])


def require_may_in(person: Person, act: Act, campaign_ids: Iterable[int | None]) -> list[Sanction]:
    """The same of an act that concerns several campaigns at once."""
    sanctions = sanctions_in_force(person, campaign_ids)
    if sanctions:
        require_act(sanctions, act, clock.now())
    return sanctions


def sanctions_on_page(person: Person | None, *blocks: BlockPage) -> list[Sanction]:
    """Return the same for a page: of almost everybody it was read with the roles that there is nothing to ask."""
    if person is None or SANCTIONED not in roles_of(person).notes:
        return []
    return _reaching(_all_in_force(person.pk), [block.campaign_id for block in blocks])


@once_a_reading
def _all_in_force(person_id: int) -> list[Sanction]:
    return list(Sanction.objects.in_force(clock.moment()).filter(person=person_id).select_related("reason"))


def _reaching(sanctions: Iterable[Sanction], campaign_ids: Iterable[int | None]) -> list[Sanction]:
    reached = {None, *campaign_ids}
    return sorted((one for one in sanctions if one.campaign_id in reached), key=strictness, reverse=True)


def why_may_not(person: Person | None, act: Act, *blocks: BlockPage) -> Text:
    """Return in words what forbids this person the act on a page of these blocks; "" where nothing does."""
    try:
        if sanctions := sanctions_on_page(person, *blocks):
            require_act(sanctions, act, clock.now())
    except Silenced as refused:
        return refused.detail
    return ""


def with_cut_off(people: QuerySet[Person]) -> QuerySet[Person]:
    """Note at each person as `cut_off` whether it may only read on the whole site."""
    blocks = Sanction.objects.in_force(clock.moment()).filter(campaign_id=None, kind=Kind.BLOCK)
    return people.annotate(cut_off=Exists(blocks.filter(person=OuterRef("pk"))))


class Before(NamedTuple):
    """How often one kind was imposed on a person, and how often it was lifted again."""

    label: Text
    times: int
    lifted: int


def sanctions_before(person: Person, moderator: Person) -> list[Before]:
    """Return what was imposed on the person so far where this moderator moderates, by kind, in one query."""
    campaigns = roles_of(moderator).campaigns(CampaignRole.Role.MODERATOR)
    rows = Sanction.objects.in_campaigns(campaigns).filter(person=person).order_by().values("kind")
    counted = rows.annotate(times=Count("pk"), lifted=Count("lifted_at"))
    by_kind = {kind: (times, lifted) for kind, times, lifted in counted.values_list("kind", "times", "lifted")}
    return [Before(kind.label, *by_kind[kind]) for kind in KINDS if kind in by_kind]


def with_campaign_titles(sanctions: Iterable[Sanction]) -> list[Sanction]:
    """Return the sanctions, each with the title of its campaign in `campaign_title`; "" where it holds everywhere."""
    listed = list(sanctions)
    named = {sanction.campaign_id for sanction in listed if sanction.campaign_id is not None}
    titles = dict(CampaignPage.objects.filter(pk__in=named).values_list("pk", "title")) if named else {}
    for sanction in listed:
        sanction.campaign_title = titles.get(sanction.campaign_id or 0, "")
    return listed
