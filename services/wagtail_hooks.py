from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from crowd.people.policies import LimitedToPolicy
from services.actions import tell_of_deletion, tell_of_saving
from services.models import Rating, Service


class ServicesView(LimitedToPolicy, snippets.IndexView):
    def get_base_queryset(self) -> QuerySet[Service]:
        services: QuerySet[Service] = super().get_base_queryset().select_related("sector")
        return services


class TellsOfSaving:
    """The search follows what the form has saved."""

    def save_instance(self) -> Service:
        service: Service = super().save_instance()  # type: ignore[misc]  # the view's
        return tell_of_saving(service_id=service.pk, actor_id=self.request.user.pk)  # type: ignore[attr-defined]


class AddServiceView(TellsOfSaving, snippets.CreateView):
    pass


class EditServiceView(LimitedToPolicy, TellsOfSaving, snippets.EditView):
    pass


class DeleteServiceView(LimitedToPolicy, snippets.DeleteView):
    def delete_action(self) -> None:
        service_id = self.object.pk
        super().delete_action()
        tell_of_deletion(service_id=service_id, actor_id=self.request.user.pk)


class ServiceHistoryView(LimitedToPolicy, snippets.HistoryView):
    pass


class ServiceUsageView(LimitedToPolicy, snippets.UsageView):
    pass


class ServiceViewSet(SnippetViewSet):
    model = Service
    icon = "cogs"
    menu_label = _("Цифровые сервисы")
    menu_order = 220
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = ServicesView
    add_view_class = AddServiceView
    edit_view_class = EditServiceView
    delete_view_class = DeleteServiceView
    history_view_class = ServiceHistoryView
    usage_view_class = ServiceUsageView
    list_display: ClassVar[list[Any]] = ["name", "sector", "body", "state"]
    list_filter: ClassVar[list[str]] = ["sector", "state"]
    search_fields: ClassVar[list[str]] = ["name", "name_en", "body"]


register_snippet(ServiceViewSet)


class RatingsView(LimitedToPolicy, generic.IndexView):
    """What residents wrote about services, the latest first. Names nobody: who prepares pages need not know."""

    def get_base_queryset(self) -> QuerySet[Rating]:
        ratings: QuerySet[Rating] = super().get_base_queryset()
        return ratings.exclude(note="").select_related("service", "municipality").order_by("-changed_at", "-pk")


class RatingViewSet(ModelViewSet):
    model = Rating
    icon = "comment"
    menu_label = _("Оценки сервисов")
    menu_order = 230
    add_to_admin_menu = True
    url_prefix = "service-ratings"
    copy_view_enabled = False
    index_view_class = RatingsView
    # Nobody changes what residents gave: the policy knows no such right.
    form_fields = ("note",)
    list_filter = ("service", "score", "municipality")
    search_fields = ("note",)
    list_display = (
        Column("note", label=_("Пояснение"), sort_key=None),
        Column("score", label=_("Оценка"), sort_key="score"),
        Column("service", label=_("Сервис"), accessor="service"),
        Column("municipality", label=_("Где живёт"), accessor=lambda rating: rating.municipality or "—"),
        DateColumn("changed_at", label=_("Когда"), sort_key="changed_at"),
    )


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    return [RatingViewSet("service_ratings")]
