"""Menus of the admin: what editors of this site do not need is put away."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from crowd.campaigns.documents import campaign_of, campaigns_by_path
from crowd.campaigns.models import Sector
from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import CAMPAIGNS, campaign_tag
from crowd.people.models import Municipality
from home.models import HomePage

# Help points at Wagtail's own site, and reports of locked and ageing pages are not how this house works.
HIDDEN = {"help"}


class SectorViewSet(SnippetViewSet):
    model = Sector
    icon = "tag"
    menu_label = _("Отрасли")
    list_display = ("name", "slug")
    search_fields = ("name",)


class MunicipalityViewSet(SnippetViewSet):
    model = Municipality
    icon = "globe"
    menu_label = _("Муниципальные образования")
    list_display = ("name", "kind", "slug")
    list_filter = ("kind",)
    search_fields = ("name",)


class DirectoryGroup(SnippetViewSetGroup):
    items = (SectorViewSet, MunicipalityViewSet)
    menu_label = _("Справочники")
    menu_icon = "list-ul"
    menu_order = 700


register_snippet(DirectoryGroup)


@hooks.register("construct_main_menu")
def hide_menus(_request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN]


# Wagtail asks behind this whether the page is private to somebody, and says of one that is that nobody may keep it.
@hooks.register("before_serve_page", order=100)
def say_what_is_shown(page: Page, request: HttpRequest, _args: Any, _kwargs: Any) -> None:
    """A page of a campaign shows what happens in it, the home page what happens in all; others what editors wrote."""
    if isinstance(page, HomePage):
        shows(request, CAMPAIGNS)
        return
    campaign = campaign_of(page.path, campaigns_by_path())
    shows(request, *([campaign_tag(campaign)] if campaign else []))
