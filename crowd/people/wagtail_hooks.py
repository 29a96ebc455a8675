from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import NameEmailSettingsPanel
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.log_actions import registry as log_registry
from wagtail.models import ModelLogEntry

from crowd.people.forms import NameField
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of
from crowd.people.reading import EXPORTED, READ, places
from crowd.people.rules import may_act_for_residents
from crowd.people.staff_views import confirm_residents
from crowd.people.viewsets import ConsentTextViewSet, RoleViewSet


class OwnNameForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    display_name = NameField()

    class Meta:
        model = Person
        fields = ("display_name",)


# Wagtail has no setting for this form, and its own asks for a first and a last name.
NameEmailSettingsPanel.form_class = OwnNameForm


class ConfirmResidentsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_act_for_residents(roles_of(request.user))


@hooks.register("register_admin_urls")
def register_confirm_residents() -> list[URLPattern]:
    return [path("residents/", confirm_residents, name="confirm_residents")]


@hooks.register("register_admin_menu_item")
def register_confirm_residents_item() -> MenuItem:
    label = _("Подтверждение жителей")
    return ConfirmResidentsItem(label, reverse("confirm_residents"), name="residents", icon_name="user", order=300)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    return [RoleViewSet("roles"), ConsentTextViewSet("consent_texts")]


class RoleFormatter(LogFormatter):
    def format_message(self, log_entry: Any) -> str:
        role = CampaignRole.Role(log_entry.data["role"]).label
        campaign = log_entry.data["campaign"]
        where = _("проект № %(id)s") % {"id": campaign} if campaign else _("все проекты")
        return f"{self.label}: {role}, {where}"


class RoleGranted(RoleFormatter):
    label = _("Дана роль")


class RoleRevoked(RoleFormatter):
    label = _("Снята роль")


class PersonalData(LogFormatter):
    def format_message(self, log_entry: Any) -> str:
        where = log_entry.data["where"]
        return f"{self.label}: {places.get(where, where)}"


class PersonalDataRead(PersonalData):
    label = _("Прочитал(а) личные данные")


class TableExported(PersonalData):
    label = _("Выгрузил(а) таблицу с именами")


@hooks.register("before_bulk_action")
def log_of_many(request: HttpRequest, action_type: str, chosen: Sequence[Any], _view: Any) -> None:
    """Log what Wagtail's own pages do to many accounts or snippets at once, as they log what is done to one."""
    action = "wagtail.delete" if action_type == "delete" else "wagtail.edit"
    for one in chosen:
        if log_registry.get_log_model_for_instance(one) is ModelLogEntry:
            log(instance=one, action=action, user=request.user, deleted=action == "wagtail.delete")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("people.confirm", _("Подтвердить жителя"), _("Подтверждён как житель по документу"))
    actions.register_action(READ)(PersonalDataRead)
    actions.register_action(EXPORTED)(TableExported)
    actions.register_action("people.role_granted")(RoleGranted)
    actions.register_action("people.role_revoked")(RoleRevoked)
