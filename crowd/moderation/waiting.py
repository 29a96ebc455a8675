"""What waits for a moderator: which part of it is asked for, in what order, how much, for how long.

Rows of a kind (`ModerationKind.pending` and `public`) have `created_at` and `author_id`. Nothing here reads more rows
than it shows, or counts further than `MOST_COUNTED`: fifty thousand waiting cost what ten do.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import connection
from django.db.models import Aggregate, DurationField, Exists, F, Min, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crowd.campaigns.models import CampaignPage
from crowd.campaigns.queries import block_ids_in_campaigns
from crowd.converters import id_of
from crowd.moderation.case_queries import escalated_ids
from crowd.moderation.flag_queries import flagged_ids
from crowd.moderation.machine.queries import by_suspicion
from crowd.moderation.models import Claim, Decision, DecisionQuerySet, Flag, Outcome
from crowd.moderation.register import words
from crowd.moderation.registry import ModerationKind, registry
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

# So many are shown at once, or `PAGES[-1]` where somebody asks for more to go through them in one go.
PAGES = (10, 50)
MOST_COUNTED = 1000
# Whether a post is its author's first is looked up row by row: it is counted where it is asked for, and not as far.
MOST_NEW = 99
# The median is of the decisions of so many days, and asked of the database no more often than that.
MEDIAN_DAYS, MEDIAN_SECONDS = 30, 300
MEDIAN_KEPT_AS = "moderation.median"
# What is decided about posts that waited to be seen; the others are about what everybody saw meanwhile.
AFTER_WAITING = (Outcome.PUBLISH, Outcome.REJECT, Outcome.NEEDS_WORK)
# So many are offered to whoever asks for the next one, before it is asked anew what is free.
OFFERED = 20

Named = tuple[str, int]


@dataclass(frozen=True)
class Scope:
    """Which part of what waits is asked for: of one campaign, of one kind, flagged, first posts of their authors.

    Or what the machine has hints about (`suspicious`): the most suspicious first, all else the oldest first. Or what
    was handed to the moderator (`escalated`), which is in no other part.
    """

    campaign_id: int | None = None
    kind: str = ""
    flagged: bool = False
    new: bool = False
    suspicious: bool = False
    escalated: bool = False
    by: int = PAGES[0]

    @property
    def fields(self) -> dict[str, str]:
        """Return what an address or a form says of it."""
        said = {
            "campaign": str(self.campaign_id or ""),
            "kind": self.kind,
            "flags": "1" if self.flagged else "",
            "new": "1" if self.new else "",
            "suspicious": "1" if self.suspicious else "",
            "escalated": "1" if self.escalated else "",
            "by": str(self.by) if self.by != PAGES[0] else "",
        }
        return {name: value for name, value in said.items() if value}

    @property
    def query(self) -> str:
        return urlencode(self.fields)


EVERYTHING = Scope()


class Place(NamedTuple):
    """Where something stands in the order of what waits: the oldest first."""

    created_at: datetime
    kind: str
    id: int

    @property
    def written(self) -> str:
        return f"{self.created_at.isoformat()}~{self.kind}~{self.id}"


def read_place(text: str) -> Place | None:
    """Return the place that is written there; None where none is: then the list begins anew."""
    moment, _tilde, named = text.partition("~")
    kind, _tilde, pk = named.partition("~")
    try:
        created_at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if created_at.tzinfo is None or kind not in registry.kinds or not id_of(pk):
        return None
    return Place(created_at, kind, id_of(pk))


def place_of(row: Any, kind: str) -> Place:
    return Place(row.created_at, kind, row.pk)


@dataclass(frozen=True)
class Numbers:
    """How much waits in the campaigns that were asked for, each count up to one more than `MOST_COUNTED`.

    `new` is None where nobody asked for it, and goes up to one more than `MOST_NEW`.
    """

    by_kind: dict[str, int] = field(default_factory=dict)
    flagged: int = 0
    new: int | None = None
    oldest_at: datetime | None = None
    median_seconds: int | None = None
    now: datetime | None = None

    @property
    def total(self) -> int:
        return min(sum(self.by_kind.values()), MOST_COUNTED + 1)

    @property
    def said(self) -> str:
        """Return in words how much waits and since when."""
        if not self.total:
            return _("Сейчас ничего не ждёт решения.")
        if self.total > MOST_COUNTED:
            waits = _("Ждут решения: больше %(total)s записей.") % {"total": MOST_COUNTED}
        else:
            waits = ngettext("Ждёт решения: %(total)s запись.", "Ждут решения: %(total)s записей.", self.total)
            waits %= {"total": self.total}
        return " ".join(filter(None, [waits, self.age]))

    @property
    def age(self) -> str:
        if self.oldest_at is None or self.now is None:
            return ""
        waited = (self.now - self.oldest_at).total_seconds()
        return _("Самая давняя ждёт %(time)s.") % {"time": words(max(0, round(waited)))}

    @property
    def pace(self) -> str:
        """Return in words how soon is decided."""
        if self.median_seconds is None:
            return ""
        time = words(self.median_seconds)
        return _("За последние 30 дней половину записей проверили быстрее чем за %(time)s.") % {"time": time}


def counted(number: int, most: int | None = None) -> str:
    """Return a count as it is shown: what is not counted on says so."""
    most = MOST_COUNTED if most is None else most
    return str(number) if number <= most else f"{most}+"


def campaigns_of(person: Person, campaign_id: int | None) -> frozenset[int] | None:
    """Return the campaigns that are meant, None for all; raise `Http404` for one that the person does not moderate."""
    roles = roles_of(person)
    if campaign_id is None:
        return roles.campaigns(CampaignRole.Role.MODERATOR)
    if not roles.holds(CampaignRole.Role.MODERATOR, campaign_id):
        raise Http404
    return frozenset({campaign_id})


def campaign_titles(person: Person) -> dict[int, str]:
    """Return the titles of the campaigns that the person moderates, by id."""
    campaigns, held = CampaignPage.objects.order_by("title"), campaigns_of(person, None)
    known = campaigns if held is None else campaigns.filter(pk__in=held)
    return dict(known.values_list("pk", "title"))


def waiting_rows(moderated: ModerationKind, block_ids: list[int] | None, scope: Scope) -> list[QuerySet[Any]]:
    """Return the rows of one kind that wait: what is not public yet or was withheld, and what is public and flagged.

    What was handed on waits for others, and for each of them apart (`escalated_to`).
    """
    flagged, handed = _flagged(moderated.name), escalated_ids(moderated.name)
    pending = moderated.pending(block_ids).exclude(pk__in=handed)
    public = moderated.public(block_ids).filter(pk__in=flagged).exclude(pk__in=handed)
    if scope.flagged:
        pending = pending.filter(pk__in=flagged)
    return [_first_posts(rows) for rows in (pending, public)] if scope.new else [pending, public]


def _flagged(kind: str) -> Collection[int] | QuerySet[Flag, int]:
    """Return the ids of what is flagged. They are few, and by their ids the database finds them at once.

    Where they are not, it goes through them itself. Never none: a question whose answer is known would not be asked,
    and a page would have as many queries as there are flags or not.
    """
    ids = list(flagged_ids(kind).distinct().order_by("subject_id")[: MOST_COUNTED + 1])
    return [0, *ids] if len(ids) <= MOST_COUNTED else flagged_ids(kind)


def _first_posts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return those whose author has nothing public from before, of whatever kind."""
    for _name, moderated in sorted(registry.kinds.items()):
        earlier = moderated.public(None).order_by()
        earlier = earlier.filter(author_id=OuterRef("author_id"), created_at__lt=OuterRef("created_at"))
        rows = rows.filter(~Exists(earlier))
    return rows


def behind(rows: QuerySet[Any], kind: str, place: Place | None) -> QuerySet[Any]:
    """Return the rows of one kind that stand behind the place."""
    if place is None:
        return rows
    later = Q(created_at__gt=place.created_at)
    if kind >= place.kind:
        later |= Q(created_at=place.created_at, pk__gt=place.id if kind == place.kind else 0)
    # The first condition says no more than the second, but in it an index finds where to begin.
    return rows.filter(created_at__gte=place.created_at).filter(later)


def in_order(
    person: Person, scope: Scope, *, after: Place | None, most: int, free_at: datetime | None = None
) -> list[tuple[Place, Any]]:
    """Return the oldest that wait behind the place, each with its row; `free_at`: what is free then.

    The most suspicious where those are asked for: they have no places, since what is decided makes room for others.
    """
    block_ids = block_ids_in_campaigns(campaigns_of(person, scope.campaign_id))
    found: list[tuple[Place, Any]] = []
    for name, moderated in sorted(registry.kinds.items()):
        if scope.kind not in {"", name}:
            continue
        for waiting in waiting_rows(moderated, block_ids, scope):
            rows = by_suspicion(waiting, name) if scope.suspicious else behind(waiting, name, after)
            if free_at is not None:
                rows = rows.filter(~Exists(Claim.objects.running(free_at).about(name, OuterRef("pk"))))  # type: ignore[arg-type]
            found += [(place_of(row, name), row) for row in rows[:most]]
    if scope.suspicious:
        return sorted(found, key=lambda one: (-one[1].suspicion, one[0]))[:most]
    return sorted(found, key=lambda one: one[0])[:most]


def still_waits(moderated: ModerationKind, subject_id: int) -> bool:
    return any(rows.filter(pk=subject_id).exists() for rows in waiting_rows(moderated, None, EVERYTHING))


def numbers_for(person: Person, scope: Scope, now: datetime) -> Numbers:
    """Return how much waits in the scope's campaigns, by kind and flagged, since when, and how soon is decided."""
    numbers = total_for(person, scope.campaign_id, now)
    campaigns = campaigns_of(person, scope.campaign_id)
    block_ids = block_ids_in_campaigns(campaigns)
    known = [moderated for _name, moderated in sorted(registry.kinds.items())]

    def count(part: Scope, most: int | None = None) -> int:
        return sum(_count(rows, most) for moderated in known for rows in waiting_rows(moderated, block_ids, part))

    return replace(
        numbers,
        flagged=count(Scope(flagged=True)),
        new=count(Scope(new=True), MOST_NEW) if scope.new else None,
        median_seconds=median_wait(campaigns, now),
    )


def total_for(person: Person, campaign_id: int | None, now: datetime) -> Numbers:
    """Return how much waits and since when: what an open page is told again and again."""
    campaigns = campaigns_of(person, campaign_id)
    block_ids = block_ids_in_campaigns(campaigns)
    by_kind = {
        name: sum(_count(rows) for rows in waiting_rows(moderated, block_ids, EVERYTHING))
        for name, moderated in sorted(registry.kinds.items())
    }
    return Numbers(by_kind=by_kind, oldest_at=oldest_wait(campaigns, block_ids), now=now)


def _count(rows: QuerySet[Any], most: int | None = None) -> int:
    most = MOST_COUNTED if most is None else most
    return rows.order_by().values("pk")[: most + 1].count()


def oldest_wait(campaign_ids: Collection[int] | None, block_ids: list[int] | None) -> datetime | None:
    """Return since when the oldest waits: a post that is not public since it was written, any other since its flag."""
    flags = Flag.objects.open()
    if campaign_ids is not None:
        flags = flags.filter(campaign_id__in=campaign_ids)
    moments = [flags.aggregate(first=Min("created_at"))["first"]]
    for name, moderated in sorted(registry.kinds.items()):
        unflagged = moderated.pending(block_ids).exclude(pk__in=flagged_ids(name)).exclude(pk__in=escalated_ids(name))
        moments.append(unflagged.values_list("created_at", flat=True).first())
    return min((moment for moment in moments if moment is not None), default=None)


def median_wait(campaign_ids: frozenset[int] | None, now: datetime) -> int | None:
    """Return the median of the seconds that posts waited until a decision, of the last days; None without decisions.

    It is kept for some minutes: it is exact, and half a month's decisions more or less do not move it sooner.
    """
    named = "all" if campaign_ids is None else "-".join(map(str, sorted(campaign_ids)))
    kept = cache.get_or_set(f"{MEDIAN_KEPT_AS}.{named}", lambda: (_median(campaign_ids, now),), MEDIAN_SECONDS)
    return kept[0] if kept else None


class _Middle(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def _median(campaign_ids: frozenset[int] | None, now: datetime) -> int | None:
    decided: DecisionQuerySet = Decision.objects.in_campaigns(campaign_ids).order_by()
    since = now - timedelta(days=MEDIAN_DAYS)
    decided = decided.filter(decided_at__gte=since, posted_at__isnull=False, outcome__in=AFTER_WAITING)
    waited = F("decided_at") - F("posted_at")
    if connection.vendor == "postgresql":
        middle = decided.aggregate(middle=_Middle(waited, output_field=DurationField()))["middle"]
        seconds = None if middle is None else middle.total_seconds()
    else:
        waits = [
            (end - start).total_seconds() for start, end in decided.values_list("posted_at", "decided_at") if start
        ]
        seconds = median(waits) if waits else None
    return None if seconds is None else max(0, round(seconds))
