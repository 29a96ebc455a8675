"""What stands in a page's head for those who find it and pass it on: engines, messengers, readers of feeds."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from crowd.bilingual import RUSSIAN
from crowd.campaigns.models import CampaignPage, PageTranslation
from crowd.campaigns.texts import PageText, PageTexts
from crowd.sharing import structured
from crowd.sharing.addresses import alternates, origin
from crowd.sharing.names import site_name
from crowd.sharing.pictures import digest
from crowd.sharing.queries import Shared, shared_idea, shared_page, shared_service
from crowd.tree import site_of, trail_of
from home.models import HomePage, NewsPage
from ideas.models import Idea, IdeaCyclePage
from services.models import Service

LOCALES = {"ru": "ru_RU", "en": "en_GB"}
# As HTML allows within <script>: nothing in it can end the element or begin another.
UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class Feed:
    title: str
    url: str


@dataclass(frozen=True)
class Head:
    """Of a page that is not to be found only the description is filled."""

    description: str
    title: str = ""
    kind: str = "website"
    canonical: str = ""
    picture: str = ""
    locale: str = ""
    other_locales: list[str] = field(default_factory=list)
    alternates: list[tuple[str, str]] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)
    data: list[SafeString] = field(default_factory=list)


def plain_head() -> Head:
    return Head(description=_("Предлагайте идеи, обсуждайте и следите, что из них вышло."))


def json_ld(thing: structured.Thing) -> SafeString:
    return SafeString(json.dumps(thing, ensure_ascii=False).translate(UNSAFE))


class HeadOf:
    """Puts the head of one page together."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.site = site_name(request)
        self.texts = PageTexts.of(request)
        self.base = origin(request)
        self.language = get_language() or RUSSIAN

    def page(self, page: Page, text: PageText) -> Head:
        shared = shared_page(page, text)
        things = [structured.breadcrumbs(self.base, structured.trail_to(trail_of(page), self.texts, shared))]
        if isinstance(page, HomePage):
            things = structured.website(self.base, self.site, self.language)
        if isinstance(page, NewsPage):
            things.append(
                structured.news_article(page, shared, self.base, publisher=self.site, picture=self._picture(shared))
            )
        if questions := structured.questions(text):
            things.append(questions)
        description = shared.description or plain_head().description
        feeds = self._feeds(page)
        return self._head(shared, description, "article" if isinstance(page, NewsPage) else "website", things, feeds)

    def idea(self, idea: Idea) -> Head:
        shared = shared_idea(idea, self.texts)
        pages = [*trail_of(idea.cycle), idea.cycle]
        things = [
            structured.breadcrumbs(self.base, structured.trail_to(pages, self.texts, shared)),
            structured.idea_posting(idea, shared, self.base),
        ]
        return self._head(shared, shared.description, "article", things, [])

    def service(self, service: Service) -> Head:
        shared = shared_service(service)
        home = site_of(self.request)
        pages = [home.root_page] if home else []
        things = [structured.breadcrumbs(self.base, structured.trail_to(pages, self.texts, shared))]
        return self._head(shared, shared.description, "website", things, [])

    def _head(self, shared: Shared, description: str, kind: str, things: list[Any], feeds: list[Feed]) -> Head:
        number = self.request.GET.get("page", "")
        query = f"?page={number}" if number.isdecimal() and int(number) > 1 else ""
        others = [code for code, _name in settings.LANGUAGES if code != self.language]
        return Head(
            description=description,
            title=shared.title,
            kind=kind,
            canonical=self.base + shared.path + query,
            picture=self._picture(shared),
            locale=LOCALES[self.language],
            other_locales=[LOCALES[code] for code in others],
            alternates=[(code, url + query) for code, url in alternates(self.base, shared.path)],
            feeds=[*feeds, Feed(_("Новости"), reverse("sharing:news"))],
            data=[json_ld(thing) for thing in things],
        )

    def _picture(self, shared: Shared) -> str:
        name = digest(shared, self.site)
        return self.base + reverse("sharing:picture", args=(shared.kind, shared.id, name))

    def _feeds(self, page: Page) -> list[Feed]:
        if isinstance(page, CampaignPage):
            return [Feed(_("Новости проекта"), reverse("sharing:campaign_news", args=(page.pk,)))]
        if isinstance(page, IdeaCyclePage):
            return [Feed(_("Новые идеи"), reverse("sharing:ideas", args=(page.pk,)))]
        return []


def head_of(request: HttpRequest | None, context: Any) -> Head:
    """Return the head of what the page shows: a page of the tree, a public idea or service at its own address."""
    if request is None:
        return plain_head()
    page, idea = context.get("page"), context.get("idea")
    # A page that is previewed before it was ever saved has no address yet.
    if isinstance(page, Page) and page.pk and not isinstance(page, PageTranslation) and page.url:
        return HeadOf(request).page(page, PageTexts.of(request).text(page))
    if isinstance(idea, Idea) and request.path_info == unquote(idea.get_absolute_url()) and _is_public(context):
        return HeadOf(request).idea(idea)
    service = context.get("service")
    if isinstance(service, Service) and request.path == service.get_absolute_url():
        return HeadOf(request).service(service)
    return plain_head()


def _is_public(context: Any) -> bool:
    allows = context.get("allows")
    return bool(allows and allows.public)
