from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wagtail.models import Page

from crowd import clock
from crowd.campaigns.models import BlockPage, CampaignPage, Phase
from home.models import HomePage, NewsPage, StandardPage

NEWS_ON_A_PAGE = 6
PAST_ON_HOME = 6


@dataclass(frozen=True)
class CampaignNow:
    """A campaign as the home page shows it: what of it is open now, and what opens next."""

    page: CampaignPage
    open_phases: list[Phase] = field(default_factory=list)
    next_phase: Phase | None = None


def site_texts(root_id: int) -> list[Page]:
    """Return the published pages of text directly beneath the site's root, in the editor's order."""
    root_path = Page.objects.filter(pk=root_id).values_list("path", flat=True)
    pages = StandardPage.objects.live().public().filter(path__startswith=root_path[:1], depth=3)
    return list(pages.order_by("path").only("title", "url_path", "path", "depth", "show_in_menus", "slug"))


def home_context(home: HomePage) -> dict[str, Any]:
    """Return what the home page shows: campaigns by where they are in time (the database's), and news."""
    now = clock.now()
    pages = list(CampaignPage.objects.child_of(home).live().public().order_by("-opens_at", "path"))
    running = [page for page in pages if _has_begun(page, now) and not _has_ended(page, now)]
    phases = _unfinished_phases(home, now) if running else []
    return {
        "now": now,
        "open_cycle": next((phase.page for phase in phases if phase.submit and phase.is_open_at(now)), None),
        "running": [_campaign_now(page, phases, now) for page in running],
        "upcoming": [page for page in reversed(pages) if not _has_begun(page, now)],
        "past": [page for page in pages if _has_ended(page, now)][:PAST_ON_HOME],
        "news": latest_news(home),
    }


def latest_news(parent: Page) -> list[NewsPage]:
    """Return the latest published news anywhere beneath the page."""
    news = NewsPage.objects.descendant_of(parent).live().public().order_by("-published_on", "-pk").defer("body")
    return list(news[:NEWS_ON_A_PAGE])


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
