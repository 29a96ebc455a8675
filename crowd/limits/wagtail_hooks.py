from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter

from crowd.limits import staff_views
from crowd.limits.forms import LABELS
from crowd.limits.rules import LIMITS, NAMES, SIDES, Side, is_administrator


class LimitsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)


class LimitsViewSet(ViewSet):
    """How often people and networks may act, and the page on which a rule is changed."""

    name = "limits"
    icon = "lock"
    menu_label = _("Пределы")
    menu_order = 890
    add_to_settings_menu = True
    menu_item_class = LimitsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", staff_views.table, name="index"),
            path("<slug:rule>/", staff_views.change, name="change"),
            path("<slug:rule>/restore/", staff_views.restore, name="restore"),
        ]


@hooks.register("register_admin_viewset")
def viewset() -> LimitsViewSet:
    return LimitsViewSet()


class LimitChanged(LogFormatter):
    label = _("Изменён предел")

    def format_message(self, log_entry: Any) -> str:
        rule, before, after = (log_entry.data[name] for name in ("rule", "before", "after"))
        changes = [
            f"{LABELS[side]} {_now(rule, side, before)} → {_now(rule, side, after)}"
            for side in SIDES
            if before[side] != after[side]
        ]
        return f"{self.label}: {NAMES.get(rule, rule)}. {', '.join(changes)}"


def _now(rule: str, side: Side, said: dict[str, int | None]) -> str:
    """Return what a side of the rule was; a rule that the code no longer has says of itself only what was said."""
    value = said[side]
    usual = getattr(LIMITS[rule], side) if rule in LIMITS else "—"
    return str(usual if value is None else value)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("limits.changed")(LimitChanged)
