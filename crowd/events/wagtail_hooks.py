from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter

from crowd.events import views


class AdministratorsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return views.is_administrator(request)


class DeliveryViewSet(ViewSet):
    """Deliveries of events: what waits, what was set aside, and the button that gives it its tries again."""

    name = "deliveries"
    icon = "history"
    menu_label = _("Доставки событий")
    menu_order = 900
    add_to_settings_menu = True
    menu_item_class = AdministratorsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", views.deliveries, name="index"), path("repeat/", views.repeat, name="repeat")]


@hooks.register("register_admin_viewset")
def viewset() -> DeliveryViewSet:
    return DeliveryViewSet()


class Repeated(LogFormatter):
    label = _("Повторить доставки событий")

    def format_message(self, log_entry: Any) -> str:
        return f"{self.label}: {log_entry.data['count']}"


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("events.repeated")(Repeated)
