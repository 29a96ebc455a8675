"""What may be shared: everything that the public sees at the moment when it is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Max
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page, PageQuerySet

from crowd.bilingual import RUSSIAN
from crowd.campaigns.documents import page_text
from crowd.campaigns.models import BlockPage, CampaignPage, PageTranslation, seen_by_all
from crowd.campaigns.texts import PageText, PageTexts
from crowd.moderation.register import register_years
from discussions.models import DiscussionPage
from home.models import NewsPage
from home.queries import public_news
from ideas.models import Idea, IdeaCyclePage
from services.models import Service

# What a search engine shows of a description.
DESCRIPTION = 160
# A sitemap's file may have 50,000 addresses and 50 MB; a thousand ideas with long Russian addresses make 3 MB.
IDEAS_IN_A_FILE = 1000
ENTRIES_IN_A_FEED = 20

KINDS: dict[type[Page], tuple[str, Any]] = {
    CampaignPage: ("campaign", gettext_lazy("Проект")),
    DiscussionPage: ("discussion", gettext_lazy("Обсуждение")),
    IdeaCyclePage: ("cycle", gettext_lazy("Сбор идей")),
    NewsPage: ("news", gettext_lazy("Новость")),
}
PAGE, IDEA, SERVICE = "page", "idea", "service"


@dataclass(frozen=True)
class Shared:
    """A page or an idea as others see it: in a search engine, in a messenger."""

    kind: str
    id: int
    title: str
    description: str
    language: str
    path: str
    label: str = ""
    context: str = ""


def brief(text: str, most: int = DESCRIPTION) -> str:
    """Return the beginning of the text in one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = Truncator(line).chars(most, truncate="…")
    words, gap, _rest = cut.rpartition(" ")
    return f"{words.rstrip('.,:;!?—– ')}…" if gap else cut


def shared_page(page: Page, text: PageText) -> Shared:
    kind, label = KINDS.get(page.specific_class, (PAGE, ""))
    description = text.search_description or text.intro or page_text(text.source)
    return Shared(
        kind=kind,
        id=page.pk,
        title=text.seo_title or text.title,
        description=brief(description),
        language=text.language,
        path=page.url or "",
        label=str(label),
    )


def shared_idea(idea: Idea, texts: PageTexts) -> Shared:
    return Shared(
        kind=IDEA,
        id=idea.pk,
        title=idea.title,
        description=brief(idea.problem),
        language=RUSSIAN,
        path=idea.get_absolute_url(),
        label=_("Идея"),
        context=texts.text(idea.cycle).title,
    )


def shared_service(service: Service) -> Shared:
    return Shared(
        kind=SERVICE,
        id=service.pk,
        title=service.label,
        description=brief(service.description or service.body),
        language=service.language,
        path=service.get_absolute_url(),
        label=_("Цифровой сервис"),
        context=service.body,
    )


def public_pages() -> PageQuerySet:
    """Return the pages that everybody may read at an address of their own."""
    return seen_by_all(Page.objects.filter(depth__gt=1)).not_type(PageTranslation)


def get_shared_or_404(kind: str, pk: int, texts: PageTexts) -> Shared:
    if kind == IDEA:
        idea = Idea.objects.visible().select_related("cycle").filter(pk=pk).first()
        if idea is None:
            raise Http404
        return shared_idea(idea, texts)
    if kind == SERVICE:
        return shared_service(_visible_service(pk))
    page = public_pages().filter(pk=pk).specific().first()
    if page is None:
        raise Http404
    shared = shared_page(page, texts.text(page))
    if shared.kind != kind:
        raise Http404
    return shared


def _visible_service(pk: int) -> Service:
    service = Service.objects.visible().filter(pk=pk).first()
    if service is None:
        raise Http404
    return service


def page_addresses() -> Iterable[tuple[str, datetime | None]]:
    """Return address (in the active language) and last change of all public pages, of the services and the register."""
    for page in public_pages().order_by("path").iterator(chunk_size=500):
        if page.url:
            yield page.url, page.last_published_at
    services = Service.objects.visible().order_by("pk")
    if services:
        yield reverse("services:services"), None
    for service in services:
        yield service.get_absolute_url(), None
    if register_years():
        yield reverse("moderation:register"), None


def idea_files() -> list[tuple[int, datetime]]:
    """Return which files of the sitemap there are of ideas, each with its latest date."""
    numbered = Idea.objects.listed().order_by().annotate(file=F("pk") / IDEAS_IN_A_FILE)
    files = numbered.values("file").annotate(latest=Max("published_at")).order_by("file")
    return [(row["file"], row["latest"]) for row in files]


def idea_addresses(file: int) -> list[tuple[str, datetime | None]]:
    """Return address and date of the ideas of one file: a range of ids, so that no file costs more than another."""
    first = file * IDEAS_IN_A_FILE
    ideas = Idea.objects.listed().filter(pk__gte=first, pk__lt=first + IDEAS_IN_A_FILE).order_by("pk")
    return [(idea.get_absolute_url(), idea.published_at) for idea in ideas.only("title", "published_at")]


def latest_ideas(cycle: BlockPage) -> list[Idea]:
    ideas = Idea.objects.listed().filter(cycle=cycle).select_related("author")
    return list(ideas.order_by("-published_at", "-pk")[:ENTRIES_IN_A_FEED])


def latest_news_beneath(parent: Page) -> list[NewsPage]:
    # A feed says the text of news that have no introduction.
    return list(public_news(parent).defer(None)[:ENTRIES_IN_A_FEED])


def news_moment(news: NewsPage) -> datetime:
    """Return when the news was published: its date may be a day that the editor chose."""
    published = news.first_published_at
    day = news.published_on
    if published is not None and timezone.localdate(published) == day:
        return published
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware here
