from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from crowd.events.queries import MOST_COUNTED
from search import admin_views
from search.models import Synonyms
from search.stand_in import StandIn, stand_in


class AddSynonymsView(snippets.CreateView):
    def get_initial(self) -> dict[str, Any]:
        """Begin with what the report of searches was asked about."""
        begun = self.request.GET.get("phrases", "").replace("\x00", "").strip()
        return super().get_initial() | ({"phrases": f"{begun}\n"} if begun else {})


class SynonymsViewSet(SnippetViewSet):
    model = Synonyms
    icon = "search"
    menu_label = _("Синонимы поиска")
    menu_order = 710
    add_to_admin_menu = True
    copy_view_enabled = False
    add_view_class = AddSynonymsView
    list_display = ("__str__",)
    search_fields = ("phrases",)

    def register_chooser_viewset(self) -> None:
        """No page names synonyms, so that nobody chooses among them."""


register_snippet(SynonymsViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("search-queries/", admin_views.queries, name="search_queries"),
        path("search-queries/csv/", admin_views.export, name="search_queries_export"),
    ]


class QueriesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return admin_views.is_shown_to(request)


@hooks.register("register_reports_menu_item")
def menu_item() -> QueriesMenuItem:
    return QueriesMenuItem(
        _("Запросы к поиску"), reverse("search_queries"), name="search-queries", icon_name="search", order=600
    )


class StandInPanel(Component):
    name = "search_stand_in"
    template_name = "search/admin/stand_in.html"
    order = 10

    def __init__(self, state: StandIn, *, deliveries_url: str) -> None:
        self.state, self.deliveries_url = state, deliveries_url

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = {"state": self.state, "most": MOST_COUNTED, "deliveries_url": self.deliveries_url}
        return (super().get_context_data(parent_context) or {}) | context


@hooks.register("construct_homepage_panels")
def tell_of_the_stand_in(request: HttpRequest, panels: list[Component]) -> None:
    if state := stand_in():
        administers = getattr(request.user, "is_superuser", False)
        panels.append(StandInPanel(state, deliveries_url=reverse("deliveries:index") if administers else ""))
