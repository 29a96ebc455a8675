"""Wagtail's tree of pages: where an address leads, what stands above a page; asked once while editors rest."""

from typing import Any, NamedTuple

from django.apps import apps
from django.http import HttpRequest
from django.http.request import split_domain_port
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.models.sites import get_site_for_hostname
from wagtail.url_routing import RouteResult

from crowd.memo import once

ROOT_DEPTH = 1


class Place(NamedTuple):
    """Where a public page stands: which one it is, of which model."""

    page_id: int
    app: str
    model: str


def site_of(request: HttpRequest) -> Site | None:
    """Return the site that the request asks, as Wagtail finds it."""
    if not hasattr(request, "_wagtail_site"):
        name, _port = split_domain_port(request.get_host())
        request._wagtail_site = next(iter(_sites(name, request.get_port())), None)  # type: ignore[attr-defined]  # noqa: SLF001 - where Wagtail looks
    site: Site | None = request._wagtail_site  # type: ignore[attr-defined]  # noqa: SLF001
    return site


@once
def _sites(hostname: str, port: str) -> list[Site]:
    try:
        return [get_site_for_hostname(hostname, port)]
    except Site.DoesNotExist:
        return []


@once
def pages_above(path: str) -> list[Page]:
    """Return the pages above the one with this path in the tree, from the tree's root down."""
    steps = range(Page.steplen, len(path), Page.steplen)
    return list(Page.objects.filter(path__in=[path[:end] for end in steps]).order_by("depth"))


def parent_of(page: Page) -> Page:
    """Return the page above this one, of the general model."""
    return pages_above(page.path)[-1]


def trail_of(page: Page) -> list[Page]:
    """Return the pages above this one from the home page down."""
    return [above for above in pages_above(page.path) if above.depth > ROOT_DEPTH]


@once
def _places(root_id: int, address: str) -> list[Place]:
    """Return where the address leads beneath the site's root: nowhere but to a page that everybody may read.

    The list is empty where it leads to none, and where Wagtail has to look more closely.
    """
    page = Page.objects.get(pk=root_id)
    for slug in address.split("/") if address else []:
        following = page.get_children().filter(slug=slug).first()
        if following is None or not page.live:
            return []
        page = following
    above = pages_above(page.path)
    private = PageViewRestriction.objects.filter(page_id__in=[page.pk, *(one.pk for one in above)])
    if not page.live or private.exists():
        return []
    kind = page.cached_content_type
    return [Place(page.pk, kind.app_label, kind.model)]


def remember_route(request: HttpRequest, path: str) -> None:
    """Note for Wagtail where the address leads, where that is known and anybody may go there."""
    site = site_of(request)
    if site is None:
        return
    for place in _places(site.root_page_id, "/".join(part for part in path.split("/") if part)):
        model: Any = apps.get_model(place.app, place.model)
        page = model.objects.filter(pk=place.page_id, live=True).first()
        if page is None:
            return
        page._cached_parent_obj = parent_of(page)  # noqa: SLF001 - where Wagtail's own way notes it
        # Wagtail would ask the two tables again.
        page.get_view_restrictions = PageViewRestriction.objects.none
        request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]  # noqa: SLF001
