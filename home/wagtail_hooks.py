"""Menus of the admin: what editors of this site do not need is put away."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from crowd.campaigns.models import Sector
from crowd.people.models import Municipality

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
