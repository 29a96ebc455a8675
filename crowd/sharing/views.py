"""What engines, messengers and readers of feeds fetch: the same for everybody, so it may be kept for a while."""

import hashlib
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crowd.campaigns.models import BlockPage, CampaignPage
from crowd.campaigns.texts import PageTexts
from crowd.limits.actions import take
from crowd.limits.network import network_hash
from crowd.limits.rules import LIMITS
from crowd.pages_cache.rules import PUBLIC
from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import CAMPAIGNS
from crowd.sharing import feeds, pictures, sitemap
from crowd.sharing.addresses import origin
from crowd.sharing.names import site_name
from crowd.sharing.queries import get_shared_or_404
from crowd.tree import site_of
from ideas.models import IdeaCyclePage

# What search engines read: they ask again when they choose.
KEPT_BRIEFLY = "public, max-age=300"
KEPT_FOR_EVER = "public, max-age=31536000, immutable"
XML, ATOM, TEXT = "application/xml", "application/atom+xml; charset=utf-8", "text/plain; charset=utf-8"


def _answer(
    request: HttpRequest, body: bytes, content_type: str, *, kept: str = KEPT_BRIEFLY, modified: float | None = None
) -> HttpResponseBase:
    """Return what may be kept as long as it says, or that nothing has changed since the reader asked last."""
    response = HttpResponse(body, content_type=content_type)
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:24])
    response["ETag"], response["Cache-Control"] = etag, kept
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    seconds = int(modified) if modified is not None else None
    return get_conditional_response(request, etag, seconds, response) or response


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    context = {"base": origin(request), "prefixes": ["", *(f"/{code}" for code, _name in settings.LANGUAGES[1:])]}
    body = render(request, "sharing/robots.txt", context).content
    return _answer(request, body, TEXT)


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, sitemap.index(origin(request)), XML)


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, sitemap.pages(origin(request)), XML)


@require_safe
def sitemap_ideas(request: HttpRequest, file: str) -> HttpResponseBase:
    return _answer(request, sitemap.ideas(origin(request), int(file)), XML)


def _feed(request: HttpRequest, feed: feeds.Feed) -> HttpResponseBase:
    body = feed.writeString("utf-8").encode()
    return _answer(request, body, ATOM, kept=PUBLIC, modified=feed.latest_post_date().timestamp())


@require_safe
def news(request: HttpRequest) -> HttpResponseBase:
    """News of the whole site."""
    shows(request)
    site = site_of(request)
    if site is None:
        raise Http404
    return _feed(request, feeds.news(site.root_page, *_places(request)))


@require_safe
def campaign_news(request: HttpRequest, pk: int) -> HttpResponseBase:
    shows(request)
    campaign = CampaignPage.objects.live().public().filter(pk=pk).first()
    if campaign is None:
        raise Http404
    return _feed(request, feeds.news(campaign, *_places(request)))


@require_safe
def ideas(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The latest ideas of a cycle; what is hidden is gone from here at once."""
    shows(request, CAMPAIGNS)
    cycle: BlockPage | None = IdeaCyclePage.objects.visible().filter(pk=pk).first()
    if cycle is None:
        raise Http404
    return _feed(request, feeds.ideas(cycle, *_places(request)))


def _places(request: HttpRequest) -> tuple[str, str, PageTexts]:
    base = origin(request)
    return base, base + request.path, PageTexts.of(request)


@require_safe
def picture(request: HttpRequest, kind: str, pk: str, name: str) -> HttpResponseBase:
    """The picture of a page or an idea that is public now; an earlier one's address leads to the present one."""
    shared = get_shared_or_404(kind, int(pk), PageTexts.of(request))
    site = site_name(request)
    present = pictures.digest(shared, site)
    if name != present:
        return redirect("sharing:picture", kind, pk, present)
    drawn = pictures.kept_picture(name)
    if drawn is None:
        limit = LIMITS["share_picture"]
        take("share_picture", who=network_hash(request), most=limit.network, seconds=limit.seconds, side="network")
        drawn = pictures.draw_and_keep(shared, site)
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = KEPT_FOR_EVER
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Names and colours for whoever puts the site on the screen of a phone."""
    icons: list[dict[str, Any]] = [
        {"src": static(f"icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in (
            ("site-192", 192, "any"),
            ("site-512", 512, "any"),
            ("maskable-192", 192, "maskable"),
            ("maskable-512", 512, "maskable"),
        )
    ]
    name = site_name(request)
    body = {
        "name": name,
        "short_name": name[:15].strip(),
        "description": _("Предлагайте идеи, обсуждайте и следите, что из них вышло."),
        "lang": get_language(),
        "dir": "ltr",
        "start_url": reverse("wagtail_serve", args=("",)),
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": "#0b4a56",
        "background_color": "#f3f6f6",
        "icons": [{"src": static("icons/site.svg"), "sizes": "any", "type": "image/svg+xml"}, *icons],
    }
    response = JsonResponse(body, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = KEPT_BRIEFLY
    return response
