"""«Ограничения» in the admin: who was warned and who may do less now, imposed from a post and lifted."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic

from crowd import clock
from crowd.errors import AlreadyDecided, DomainError
from crowd.moderation.actions import impose_sanction, lift_sanction
from crowd.moderation.forms import SanctionForm
from crowd.moderation.models import Sanction
from crowd.moderation.queries import sanctions_before, sanctions_in_force, with_campaign_titles
from crowd.moderation.registry import Case, registry
from crowd.moderation.rules import SANCTIONS_POLICY
from crowd.moderation.staff import ActedOnViewSet
from crowd.moderation.views import moderator_of
from crowd.people.models import CampaignRole, Person
from crowd.people.policies import LimitedToPolicy
from crowd.people.queries import roles_of


class SanctionFilters(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Что"), choices=Sanction.Kind.choices, empty_label=gettext_lazy("Всё")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Действует"),
        method="by_state",
        choices=[("now", gettext_lazy("сейчас")), ("over", gettext_lazy("уже нет"))],
        empty_label=gettext_lazy("Все"),
    )

    def by_state(self, sanctions: Any, _name: str, value: str) -> Any:
        now = clock.now()
        return sanctions.in_force(now) if value == "now" else sanctions.not_in_force(now)

    class Meta:
        model = Sanction
        fields = ("kind", "state")


class SanctionsView(LimitedToPolicy, generic.IndexView):
    any_permission_required = ("view",)

    def get_base_queryset(self) -> QuerySet[Sanction]:
        sanctions: QuerySet[Sanction] = super().get_base_queryset()
        return sanctions.select_related("person", "reason", "imposed_by", "lifted_by")

    def paginate_queryset(self, queryset: QuerySet[Sanction], page_size: int) -> Any:
        paginator, page, rows, has_others = super().paginate_queryset(queryset, page_size)
        self.now = clock.now()
        page.object_list = rows = with_campaign_titles(rows)
        for row in rows:
            row.state_now = _state(row, self.now)
        return paginator, page, rows, has_others


def _state(sanction: Sanction, now: Any) -> str:
    if sanction.lifted_at is not None:
        return _("снято: %(who)s") % {"who": sanction.lifted_by}
    return _("действует") if sanction.ends_at > now else _("закончилось")


class SanctionViewSet(ActedOnViewSet):
    """Imposed from the page of a post, where the author is known without an e-mail; here they are seen and lifted."""

    model = Sanction
    icon = "lock"
    menu_label = gettext_lazy("Ограничения")
    menu_order = 170
    url_prefix = "sanctions"
    index_view_class = SanctionsView
    filterset_class = SanctionFilters
    search_fields = ("person__display_name",)
    list_display = (
        TitleColumn(
            "person",
            label=gettext_lazy("Человек"),
            accessor="person.display_name",
            get_url=lambda sanction: reverse("sanctions:lift", args=[sanction.pk]),
        ),
        Column("kind", label=gettext_lazy("Что"), accessor="get_kind_display"),
        Column("where", label=gettext_lazy("Где"), accessor=lambda row: row.campaign_title or _("на всём сайте")),
        Column("reason", label=gettext_lazy("Причина"), accessor="reason.name"),
        DateColumn("starts_at", label=gettext_lazy("С")),
        DateColumn("ends_at", label=gettext_lazy("До")),
        Column("state", label=gettext_lazy("Состояние"), accessor="state_now"),
        Column("by", label=gettext_lazy("Кто ограничил"), accessor="imposed_by.display_name"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("impose/<slug:kind>/<id:pk>/", impose, name="impose"),
            path("<id:pk>/", lift, name="lift"),
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def impose(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Warn the author of a post, or let the author do less for a while."""
    moderator, case = _case_or_404(request, kind, pk)
    person = Person.objects.get(pk=case.author_id or 0)
    may_everywhere = roles_of(moderator).holds(CampaignRole.Role.MODERATOR, None)
    form = SanctionForm(request.POST or None, may_everywhere=may_everywhere)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _impose(moderator, person, case, form)
            except DomainError as refused:
                _show(form, refused)
                status = refused.status
            else:
                messages.success(request, _done(form, person))
                return redirect("sanctions:index")
    context = {
        "case": case,
        "person": person,
        "form": form,
        "in_force": with_campaign_titles(sanctions_in_force(person, [case.campaign_id])),
        "before": sanctions_before(person, moderator),
    }
    return render(request, "moderation/impose.html", context, status=status)


def _done(form: SanctionForm, person: Person) -> str:
    warned = form.cleaned_data["kind"] == Sanction.Kind.WARNING
    said = _("Предупреждение отправлено: %(name)s.") if warned else _("Ограничено: %(name)s.")
    return said % {"name": person.display_name}


def _impose(moderator: Person, person: Person, case: Case, form: SanctionForm) -> None:
    data = form.cleaned_data
    impose_sanction(
        moderator=moderator,
        person=person,
        kind=data["kind"],
        campaign_id=None if data.get("everywhere") else case.campaign_id,
        reason=data["reason"],
        length=form.length,
        note=data["note"],
        case=case,
    )


def _show(form: SanctionForm, refused: DomainError) -> None:
    for name, errors in refused.fields.items():
        form.add_error(name if name in form.fields else None, [str(error) for error in errors])
    if not refused.fields:
        form.add_error(None, str(refused.detail))


def _case_or_404(request: HttpRequest, kind: str, pk: int) -> tuple[Person, Case]:
    """Return the moderator and the case, where it is one of the moderator's campaigns and its author is known."""
    moderator = moderator_of(request)
    moderated = registry.kinds.get(kind)
    found = moderated.find(pk) if moderated else None
    if moderated is None or found is None:
        raise Http404
    case = moderated.case(found)
    if case.author_id is None or not roles_of(moderator).holds(CampaignRole.Role.MODERATOR, case.campaign_id):
        raise Http404
    return moderator, case


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one sanction; GET asks, POST lifts."""
    moderator = moderator_of(request)
    seen = SANCTIONS_POLICY.instances_user_has_permission_for(moderator, "view")
    sanction = seen.select_related("person", "reason", "imposed_by", "lifted_by").filter(pk=pk).first()
    if sanction is None:
        raise Http404
    if request.method == "POST":
        try:
            lift_sanction(moderator=moderator, sanction_id=pk)
        except AlreadyDecided as refused:
            messages.warning(request, str(refused.detail))
        else:
            messages.success(request, _("Ограничение снято: %(name)s.") % {"name": sanction.person.display_name})
        return redirect("sanctions:index")
    now = clock.now()
    with_campaign_titles([sanction])
    moderated = registry.kinds.get(sanction.subject_kind)
    known = moderated is not None and moderated.find(sanction.subject_id or 0) is not None
    context = {
        "sanction": sanction,
        "state": _state(sanction, now),
        "liftable": sanction.lifted_at is None and sanction.ends_at > now and sanction.person_id != moderator.pk,
        "subject": known,
    }
    return render(request, "moderation/sanction.html", context)
