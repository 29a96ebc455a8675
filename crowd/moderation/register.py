"""The public register: how many decisions there were, by which rules, how soon, and what became of appeals.

It is made of numbers only: of decisions it reads what `fold_register` has summed up by month, in the worker, every ten
minutes. A median cannot be added up from parts and PostgreSQL's `percentile_cont` has no counterpart in SQLite; summed
up so, both databases say the same, and the page reads one row a month however many decisions there were. Appeals, of
which there are few, are counted when asked.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from crowd.campaigns.models import CampaignPage
from crowd.moderation.models import Appeal, Outcome, Reason, RegisterMonth
from crowd.moderation.months import begins

# Of fewer decisions a median would tell of single cases.
SMALLEST_MONTH = 5
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Line:
    """A row of a table: how many decisions there were in all and of each outcome."""

    name: str
    by_outcome: Counter[str]
    month: date | None = None
    # How long from post to decision in the middle; "" where it is not told.
    median: str = ""

    @property
    def total(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def outcomes(self) -> list[int]:
        return [self.by_outcome[outcome] for outcome in Outcome.values]


@dataclass(frozen=True)
class Register:
    """The register of one year or of all, of one campaign or of all."""

    months: list[Line] = field(default_factory=list)
    rules: list[tuple[str, int]] = field(default_factory=list)
    campaigns: list[Line] = field(default_factory=list)
    appeals: list[tuple[str, int]] = field(default_factory=list)
    updated_at: datetime | None = None

    @property
    def total(self) -> int:
        return sum(line.total for line in self.months)

    @property
    def appealed(self) -> int:
        return sum(count for _state, count in self.appeals)


def public_campaigns() -> dict[int, str]:
    """Return the titles of the campaigns that everybody may see, by id."""
    return dict(CampaignPage.objects.live().public().order_by("title").values_list("pk", "title"))


def register_years() -> list[int]:
    """Return the years in which something was decided, the latest first."""
    return [found.year for found in RegisterMonth.objects.dates("month", "year", order="DESC")]


def register_of(titles: dict[int, str], *, year: int | None = None, campaign_id: int | None = None) -> Register:
    """Return the register; `titles` are the campaigns that it may name, all others come under one heading."""
    rows = RegisterMonth.objects.all() if year is None else RegisterMonth.objects.filter(month__year=year)
    months: list[Line] = []
    rules: Counter[int] = Counter()
    campaigns: dict[int | None, Counter[str]] = {}
    updated_at = None
    for row in rows:
        updated_at = max(filter(None, [updated_at, row.folded_at]))
        outcomes: Counter[str] = Counter()
        for campaign, reason, outcome, count in row.counts:
            if campaign_id in {None, campaign}:
                outcomes[outcome] += count
                campaigns.setdefault(campaign if campaign in titles else None, Counter())[outcome] += count
                if reason is not None:
                    rules[reason] += count
        if outcomes:
            known, seconds = row.medians.get("" if campaign_id is None else str(campaign_id), (0, 0))
            waited = words(seconds) if known >= SMALLEST_MONTH else ""
            months.append(Line("", outcomes, row.month, waited))
    return Register(months, _named(rules), _titled(campaigns, titles), appeals_by_state(year, campaign_id), updated_at)


def appeals_by_state(year: int | None, campaign_id: int | None) -> list[tuple[str, int]]:
    """Return how many appeals that were raised in the year stand how."""
    raised = Appeal.objects.in_campaigns(None if campaign_id is None else frozenset({campaign_id}))
    if year is not None:
        first, after = date(year, 1, 1), date(year + 1, 1, 1)
        raised = raised.filter(created_at__gte=begins(first), created_at__lt=begins(after))
    counted = dict(raised.order_by().values_list("state").annotate(count=Count("pk")))
    return [(str(state.label), counted.get(state.value, 0)) for state in Appeal.State]


def words(seconds: int) -> str:
    """Return a span of time in words, rounded: «40 мин», «5 ч», «3 дн.»."""
    if seconds < HOUR:
        return _("%(number)s мин") % {"number": max(1, round(seconds / MINUTE))}
    if seconds < 2 * DAY:
        return _("%(number)s ч") % {"number": round(seconds / HOUR)}
    return _("%(number)s дн.") % {"number": round(seconds / DAY)}


def _named(rules: Counter[int]) -> list[tuple[str, int]]:
    names = dict(Reason.objects.values_list("pk", "name"))
    return [(names[pk], count) for pk, count in sorted(rules.items(), key=lambda item: (-item[1], names[item[0]]))]


def _titled(counted: dict[int | None, Counter[str]], titles: dict[int, str]) -> list[Line]:
    known: Iterable[int] = [campaign for campaign in titles if campaign in counted]
    lines = [Line(titles[campaign], counted[campaign]) for campaign in known]
    if None in counted:
        lines.append(Line("", counted[None]))
    return lines
