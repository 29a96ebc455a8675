"""«Всплески» in the admin: what came all at once, for people to look at."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from crowd.campaigns.models import CampaignPage
from crowd.moderation.machine.bursts import cases_of
from crowd.moderation.models import Burst
from crowd.moderation.staff import ActedOnViewSet, ListView


class BurstFilters(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Что"), choices=Burst.Kind.choices, empty_label=gettext_lazy("Всё")
    )

    class Meta:
        model = Burst
        fields = ("kind",)


class BurstsView(ListView):
    def get_base_queryset(self) -> QuerySet[Burst]:
        bursts: QuerySet[Burst] = super().get_base_queryset()
        return bursts.order_by("-pk")

    def describe(self, rows: list[Any]) -> None:
        cases = cases_of(rows)
        named = {row.campaign_id for row in rows if row.campaign_id is not None}
        titles = dict(CampaignPage.objects.filter(pk__in=named).values_list("pk", "title"))
        for row in rows:
            row.case = cases.get((row.subject_kind, row.subject_id))
            row.campaign_title = titles.get(row.campaign_id, "")


def about(burst: Any) -> str:
    """Return what the burst is about, in words."""
    if burst.case is not None:
        return str(burst.case.title)
    return _("записи больше нет") if burst.subject_kind else _("одна сеть, адрес не хранится")


def address(burst: Any) -> str | None:
    return reverse("moderation_case", args=[burst.case.kind, burst.case.id]) if burst.case is not None else None


class BurstViewSet(ActedOnViewSet):
    """Each is noted once a day; votes and accounts stay as they are, whatever it was."""

    model = Burst
    icon = "warning"
    menu_label = gettext_lazy("Всплески")
    menu_order = 175
    url_prefix = "bursts"
    index_view_class = BurstsView
    filterset_class = BurstFilters
    list_display = (
        TitleColumn("about", label=gettext_lazy("Где"), accessor=about, get_url=address),
        Column("kind", label=gettext_lazy("Что"), accessor="get_kind_display"),
        Column("count", label=gettext_lazy("Сколько за час"), accessor="count"),
        Column("campaign", label=gettext_lazy("Проект"), accessor=lambda row: row.campaign_title or _("весь сайт")),
        DateColumn("noticed_at", label=gettext_lazy("Замечено")),
    )
