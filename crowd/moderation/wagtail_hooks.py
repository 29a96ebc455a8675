from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from crowd.moderation import views
from crowd.moderation.models import FlagReason, Reason
from crowd.moderation.staff import RolesMenuItem
from crowd.moderation.viewsets import SanctionViewSet


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("moderation/", views.queue, name="moderation_queue"),
        path("moderation/<slug:kind>/<id:pk>/", views.case, name="moderation_case"),
        path("moderation/<slug:kind>/<id:pk>/similar/", views.similar, name="moderation_similar"),
        path("moderation/<slug:kind>/<id:pk>/decide/", views.decision, name="moderation_decide"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> RolesMenuItem:
    return RolesMenuItem(_("Модерация"), reverse("moderation_queue"), icon_name="check", order=150)


class ReasonViewSet(SnippetViewSet):
    model = Reason
    icon = "list-ul"
    list_display = ["name", "statement"]

    menu_label = _("Причины решений")


register_snippet(ReasonViewSet)


class FlagReasonViewSet(SnippetViewSet):
    model = FlagReason
    icon = "warning"
    list_display = ["name", "name_en", "position"]
    menu_label = _("Причины жалоб")


register_snippet(FlagReasonViewSet)


@hooks.register("register_admin_viewset")
def sanctions() -> ViewSet:
    return SanctionViewSet("sanctions")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("moderation.sanction_imposed", _("Ограничить"), _("Ограничены публикации"))
    actions.register_action("moderation.sanction_lifted", _("Снять ограничение"), _("Ограничение снято"))
