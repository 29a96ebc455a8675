from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from crowd.moderation import appeal_views, case_views, many_views, views
from crowd.moderation.models import FlagReason, Reason, Sanction
from crowd.moderation.staff import RolesMenuItem
from crowd.moderation.viewsets import SanctionViewSet


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("moderation/", views.queue, name="moderation_queue"),
        path("moderation/many/", many_views.decide_many, name="moderation_many"),
        path("moderation/appeals/", appeal_views.appeals, name="moderation_appeals"),
        path("moderation/appeals/<id:pk>/", appeal_views.appeal, name="moderation_appeal"),
        path("moderation/<slug:kind>/<id:pk>/", views.case, name="moderation_case"),
        path("moderation/<slug:kind>/<id:pk>/similar/", views.similar, name="moderation_similar"),
        path("moderation/<slug:kind>/<id:pk>/decide/", views.decision, name="moderation_decide"),
        path("moderation/<slug:kind>/<id:pk>/escalate/", case_views.hand_on, name="moderation_escalate"),
        path("moderation/<slug:kind>/<id:pk>/duplicate/", case_views.duplicate, name="moderation_duplicate"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> RolesMenuItem:
    return RolesMenuItem(gettext_lazy("Модерация"), reverse("moderation_queue"), icon_name="check", order=150)


class ReasonViewSet(SnippetViewSet):
    model = Reason
    icon = "list-ul"
    list_display = ["name", "statement"]

    menu_label = gettext_lazy("Причины решений")


register_snippet(ReasonViewSet)


class FlagReasonViewSet(SnippetViewSet):
    model = FlagReason
    icon = "warning"
    list_display = ["name", "name_en", "position"]

    menu_label = gettext_lazy("Причины жалоб")


register_snippet(FlagReasonViewSet)


@hooks.register("register_admin_viewset")
def sanctions() -> ViewSet:
    return SanctionViewSet("sanctions")


class SanctionFormatter(LogFormatter):
    """Names the kind; the oldest lines of the log were written when there was one only."""

    def format_message(self, log_entry: Any) -> str:
        kind = Sanction.Kind(log_entry.data.get("kind", Sanction.Kind.SILENCE)).label
        campaign = log_entry.data["campaign"]
        where = _("проект № %(id)s") % {"id": campaign} if campaign else _("все проекты")
        return f"{self.label}: {kind}, {where}"


class SanctionImposed(SanctionFormatter):
    label = gettext_lazy("Наложено ограничение")


class SanctionLifted(SanctionFormatter):
    label = gettext_lazy("Ограничение снято")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("moderation.sanction_imposed")(SanctionImposed)
    actions.register_action("moderation.sanction_lifted")(SanctionLifted)
    actions.register_action("moderation.appeal_decided", _("Решить апелляцию"), _("Решена апелляция"))
