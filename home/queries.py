from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, PageQuerySet

from crowd import clock
from crowd.campaigns.models import BlockPage, CampaignPage, Phase, private_pages, seen_by_all
from crowd.campaigns.parts import CampaignOutcome
from crowd.memo import once
from home.models import HomePage, NewsIndexPage, NewsPage, Participation, PolicyPage, PolicyVersion, StandardPage

NEWS_ON_A_PAGE = 6
NEWS_IN_THE_INDEX = 20
PAST_ON_HOME = 6
RUNNING_ELSEWHERE = 5
OUTCOMES_ON_HOME = 6


@dataclass(frozen=True)
class CampaignNow:
    """A campaign as the home page shows it: what of it is open now, and what opens next."""

    page: CampaignPage
    open_phases: list[Phase] = field(default_factory=list)
    next_phase: Phase | None = None


@once
def site_texts(root_id: int) -> tuple[Page, ...]:
    """Return the published pages of text directly beneath the site's root, in the editor's order."""
    root_path = Page.objects.filter(pk=root_id).values_list("path", flat=True)
    pages = Page.objects.type(StandardPage, PolicyPage, NewsIndexPage).live().exclude(private_pages())
    pages = pages.filter(path__startswith=root_path[:1], depth=3)
    return tuple(pages.order_by("path").only("title", "url_path", "path", "depth", "show_in_menus", "slug"))


def policy_pages(root_id: int) -> dict[str, PolicyPage]:
    """Return the site's documents that others refer to, by what they are."""
    root_path = Page.objects.filter(pk=root_id).values_list("path", flat=True)
    pages = PolicyPage.objects.live().exclude(private_pages()).filter(path__startswith=root_path[:1], depth=3)
    return {page.kind: page for page in pages.exclude(kind=PolicyPage.Kind.OTHER)}


def running_campaigns(root_id: int) -> list[CampaignPage]:
    """Return the campaigns that run now, the latest first."""
    now = clock.now()
    begun = Q(opens_at=None) | Q(opens_at__lte=now)
    unfinished = Q(closes_at=None) | Q(closes_at__gt=now)
    root_path = Page.objects.filter(pk=root_id).values_list("path", flat=True)
    pages = CampaignPage.objects.live().public().filter(begun, unfinished, path__startswith=root_path[:1])
    return list(pages.order_by("-opens_at", "path").defer("body")[:RUNNING_ELSEWHERE])


def home_context(home: HomePage) -> dict[str, Any]:
    """Return what the home page shows: campaigns by where they are in time (the database's), and news."""
    now = clock.now()
    public = CampaignPage.objects.child_of(home).live().exclude(private_pages())
    pages = list(with_covers(public.order_by("-opens_at", "path").defer("body", "results")))
    running = [page for page in pages if _has_begun(page, now) and not _has_ended(page, now)]
    phases = _unfinished_phases(home, now) if running else []
    return {
        "now": now,
        "open_cycle": next((phase.page for phase in phases if phase.submit and phase.is_open_at(now)), None),
        "running": [_campaign_now(page, phases, now) for page in running],
        "upcoming": [page for page in reversed(pages) if not _has_begun(page, now)],
        "past": [page for page in pages if _has_ended(page, now)][:PAST_ON_HOME],
        "news": latest_news(home),
        "news_index": news_index_of(home),
        "outcomes": latest_outcomes(public),
        "participation": Participation.objects.first(),
    }


def with_covers(pages: PageQuerySet) -> PageQuerySet:
    """Read the covers along, with the sizes in which they are drawn."""
    return pages.select_related("cover").prefetch_related("cover__renditions")


def public_news(parent: Page) -> PageQuerySet:
    """Return the news anywhere beneath the page that everybody may read, the latest first."""
    news = seen_by_all(NewsPage.objects.descendant_of(parent))
    return news.order_by("-published_on", "-pk").defer("body")


def latest_news(parent: Page) -> list[NewsPage]:
    return list(with_covers(public_news(parent))[:NEWS_ON_A_PAGE])


def news_index_of(parent: Page) -> NewsIndexPage | None:
    """Return the page that lists all news beneath this one, where the editors have made one."""
    return NewsIndexPage.objects.child_of(parent).live().exclude(private_pages()).first()


def latest_outcomes(campaigns: PageQuerySet) -> list[CampaignOutcome]:
    """Return what was done of late in these campaigns."""
    outcomes = CampaignOutcome.objects.filter(page__in=campaigns.order_by()).select_related("page")
    return list(outcomes.defer("page__body", "page__results")[:OUTCOMES_ON_HOME])


@dataclass(frozen=True)
class NewsIndex:
    news: "ListPage[NewsPage]"
    years: list[int]
    # None: of all years.
    year: int | None


def news_index(parent: Page, *, year: str, page: str) -> NewsIndex:
    """Return a page of the news beneath `parent`, of a year if it had any; a page that is not there is the nearest."""
    news = public_news(parent)
    years = [day.year for day in news.dates("published_on", "year", order="DESC")]
    chosen = int(year) if year.isdecimal() and int(year) in years else None
    if chosen:
        news = news.filter(published_on__year=chosen)
    return NewsIndex(Paginator(with_covers(news), NEWS_IN_THE_INDEX).get_page(page), years, chosen)


@dataclass(frozen=True)
class VersionInTime:
    """A version of a document, and the day on which the next one takes its place."""

    version: PolicyVersion
    state: Literal["past", "in_force", "upcoming"]
    until: date | None


@dataclass(frozen=True)
class PolicyVersions:
    """All versions of a document, the newest first."""

    entries: list[VersionInTime]

    def _first(self, state: str) -> VersionInTime | None:
        return next((entry for entry in self.entries if entry.state == state), None)

    @property
    def in_force(self) -> VersionInTime | None:
        return self._first("in_force")

    @property
    def upcoming(self) -> VersionInTime | None:
        """The next to come into force."""
        coming = [entry for entry in self.entries if entry.state == "upcoming"]
        return coming[-1] if coming else None

    def numbered(self, number: int) -> VersionInTime | None:
        return next((entry for entry in self.entries if entry.version.number == number), None)


def policy_versions(page: PolicyPage) -> PolicyVersions:
    """Return the page's versions in their places in time, by the database's clock."""
    today = timezone.localdate(clock.now())
    rows = sorted(page.versions.all(), key=lambda row: (row.in_force_from, row.number or 0))
    current = max((index for index, row in enumerate(rows) if row.in_force_from <= today), default=-1)
    ends = [row.in_force_from for row in rows[1:]] + [None]
    entries = [
        VersionInTime(row, "in_force" if index == current else "past" if index < current else "upcoming", end)
        for index, (row, end) in enumerate(zip(rows, ends, strict=True))
    ]
    return PolicyVersions(entries[::-1])


def _has_begun(page: CampaignPage, now: datetime) -> bool:
    return page.opens_at is None or page.opens_at <= now


def _has_ended(page: CampaignPage, now: datetime) -> bool:
    return page.closes_at is not None and page.closes_at <= now


def _unfinished_phases(home: HomePage, now: datetime) -> list[Phase]:
    blocks = BlockPage.objects.descendant_of(home).visible()
    phases = Phase.objects.filter(page__in=blocks, closes_at__gt=now)
    return list(phases.select_related("page").order_by("opens_at", "closes_at", "id"))


def _campaign_now(page: CampaignPage, phases: Sequence[Phase], now: datetime) -> CampaignNow:
    own = [phase for phase in phases if phase.page.path.startswith(page.path)]
    upcoming = [phase for phase in own if phase.opens_at > now]
    return CampaignNow(
        page=page,
        open_phases=sorted((phase for phase in own if phase.is_open_at(now)), key=lambda phase: phase.closes_at),
        next_phase=upcoming[0] if upcoming else None,
    )
