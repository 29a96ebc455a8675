from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry

from crowd.moderation.staff import RolesMenuItem
from crowd.people.models import CampaignRole
from ideas import operator_views, shortlist_views
from ideas.bulk_actions import ALL
from ideas.transitions import PROGRESS, By
from ideas.viewsets import EntryViewSet, IdeaViewSet


class DeskMenuItem(RolesMenuItem):
    roles = (CampaignRole.Role.OPERATOR,)


@hooks.register("register_admin_urls")
def operator_urls() -> list[URLPattern]:
    return [
        path("desk/", operator_views.desk, name="operator_desk"),
        path("desk/ideas/<id:pk>/", operator_views.enter_idea, name="operator_idea"),
        path("desk/votes/<id:pk>/", operator_views.enter_voice, name="operator_voice"),
    ]


@hooks.register("register_admin_menu_item")
def desk_item() -> MenuItem:
    return DeskMenuItem(_("Ввести за жителя"), reverse("operator_desk"), name="desk", icon_name="edit", order=310)


class ShortlistMenuItem(RolesMenuItem):
    roles = (CampaignRole.Role.EDITOR,)


@hooks.register("register_admin_urls")
def shortlist_urls() -> list[URLPattern]:
    return [
        path("shortlist/", shortlist_views.cycles, name="shortlists"),
        path("shortlist/<id:pk>/", shortlist_views.cycle, name="shortlist"),
    ]


@hooks.register("register_admin_menu_item")
def shortlist_item() -> MenuItem:
    return ShortlistMenuItem(_("Отбор идей"), reverse("shortlists"), name="shortlists", icon_name="tasks", order=156)


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [IdeaViewSet("staff_ideas"), EntryViewSet("operator_entries")]


for action in ALL:
    hooks.register("register_bulk_action", action)


# What staff do with ideas besides deciding about their texts, by the event that tells it.
LOGGED = {step.event: step.told for step in PROGRESS.values() if step.by != frozenset({By.AUTHOR})} | {
    "idea.answered": _("Дан официальный ответ"),
    "review.submitted": _("Отправлена экспертная оценка"),
    "review.conflict_declared": _("Эксперт сообщил о конфликте интересов"),
    "operator.entered": _("Оператор записал за жителя"),
}


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for action, told in LOGGED.items():
        actions.register_action(action, told, told)
