"""«Идеи» and «Записи операторов» in the admin: what the staff of a campaign see, find, decide and take away."""

from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic

from crowd.errors import DomainError
from crowd.moderation.queries import decisions_about
from crowd.moderation.registry import registry as moderation_kinds
from crowd.moderation.rules import moderates, outcomes_of
from crowd.moderation.staff import ActedOnViewSet, ListView, RolesMenuItem, blocks_of, bulk_buttons
from crowd.people.models import Person
from crowd.people.policies import LimitedToPolicy
from crowd.people.queries import roles_of
from crowd.people.reading import note_reading
from crowd.people.views import signed_in
from ideas.actions.steps import take_step
from ideas.bulk_actions import ALL
from ideas.models import Idea, OperatorEntry
from ideas.queries.access import masked_for
from ideas.queries.staff import counts_of, entries_seen, numbers_by_state, overdue
from ideas.review_rules import answering_as, answers_open
from ideas.staff_forms import StepForm
from ideas.staff_rules import SEE_ENTRIES, SEE_IDEAS, steps_open
from ideas.tables import COLUMNS, IdeaSpreadsheets
from ideas.transitions import MODERATION, PROGRESS

Moderation, Progress = Idea.Moderation, Idea.Progress

# A draft is its author's alone.
SEEN_STATES = [choice for choice in Moderation.choices if choice[0] != Moderation.DRAFT]


def own_cycles(request: HttpRequest | None) -> QuerySet[Any]:
    """Return the cycles of the campaigns in which the person sees ideas."""
    return blocks_of(request, *SEE_IDEAS).filter(ideacyclepage__isnull=False)


class IdeaFilters(WagtailFilterSet):
    cycle = django_filters.ModelChoiceFilter(
        field_name="cycle_id",
        label=gettext_lazy("Сбор идей"),
        queryset=own_cycles,
        empty_label=gettext_lazy("Все"),
        method="by_cycle",
    )
    moderation = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Модерация"), choices=SEEN_STATES, widget=forms.CheckboxSelectMultiple
    )
    progress = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Что стало с идеей"), choices=Progress.choices, widget=forms.CheckboxSelectMultiple
    )
    answer = django_filters.ChoiceFilter(
        label=gettext_lazy("Официальный ответ"),
        method="by_answer",
        choices=[
            ("late", gettext_lazy("просрочен")),
            ("none", gettext_lazy("ещё не дан")),
            ("given", gettext_lazy("дан")),
        ],
        empty_label=gettext_lazy("Все"),
    )
    created_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Предложена"), widget=DateRangePickerWidget)

    def by_cycle(self, ideas: Any, _name: str, value: Any) -> Any:
        return ideas.filter(cycle_id=value.pk)

    def by_answer(self, ideas: Any, _name: str, value: str) -> Any:
        if value == "late":
            return overdue(ideas)
        return ideas.filter(answers__isnull=value == "none").distinct()

    class Meta:
        model = Idea
        fields = ("cycle", "moderation", "progress", "answer", "sector", "municipality", "created_at")


def seen_ideas(ideas: Any) -> Any:
    return ideas.exclude(moderation=Moderation.DRAFT)


class IdeasView(IdeaSpreadsheets, ListView):
    template_name = "ideas/staff/ideas.html"

    def get_base_queryset(self) -> QuerySet[Idea]:
        ideas = seen_ideas(super().get_base_queryset())
        return ideas.select_related("author", "cycle", "sector").order_by("-pk")

    def describe(self, rows: list[Any]) -> None:
        counts = counts_of(self.get_person(), rows)
        late = set(overdue(Idea.objects.filter(pk__in=[row.pk for row in rows])).values_list("pk", flat=True))
        for idea in rows:
            masked_for(self.get_person(), idea)
            idea.counts = counts.get(idea.pk)
            idea.is_late = idea.pk in late

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        if self.is_export:
            return context
        # Not of what is filtered: these lead to each state from wherever one is.
        own = seen_ideas(LimitedToPolicy.get_base_queryset(self))
        roles = roles_of(self.get_person())
        return context | {
            "model_opts": Idea._meta,  # noqa: SLF001 - Django's documented API
            "states": states(own),
            "bulk_buttons": bulk_buttons([action for action in ALL if roles.any_of(*action.roles)]),
        }


def states(ideas: QuerySet[Idea]) -> list[tuple[str, str, int]]:
    """Return what ideas there are by state: a query that lists them, the state's name, how many."""
    numbers = numbers_by_state(ideas)
    rows = []
    for value, label in SEEN_STATES:
        if value != Moderation.PUBLISHED and (n := sum(n for pair, n in numbers.items() if pair[0] == value)):
            rows.append((urlencode({"moderation": value}), named(value, label), n))
    for value, label in Progress.choices:
        if n := numbers.get((Moderation.PUBLISHED, value), 0):
            query = urlencode({"moderation": Moderation.PUBLISHED.value, "progress": value})
            rows.append((query, str(label), n))
    if n := overdue(ideas).count():
        rows.append((urlencode({"answer": "late"}), _("ответ просрочен"), n))
    return rows


def named(moderation: str, label: Any) -> str:
    """Return the state of what is not public: beside ideas that the body declined, those that a moderator did."""
    return _("отклонена модератором") if moderation == Moderation.REJECTED else str(label)


def state(idea: Idea) -> str:
    if idea.moderation != Moderation.PUBLISHED:
        return named(idea.moderation, idea.get_moderation_display())
    late = _("ответ просрочен") if getattr(idea, "is_late", False) else ""
    return ", ".join(filter(None, [idea.get_progress_display(), late]))


def counts(idea: Any) -> str:
    if idea.counts is None:
        return _("до конца голосования скрыты")
    up, down = idea.counts
    return f"+{up} −{down}" if idea.cycle.takes_against else str(up)


class IdeaView(LimitedToPolicy, generic.InspectView):
    """One idea with its history, and what may be decided about it by whoever looks."""

    any_permission_required = ("view",)
    template_name = "ideas/staff/idea.html"
    page_title = gettext_lazy("Идея")

    def get_base_queryset(self) -> QuerySet[Idea]:
        ideas: QuerySet[Idea] = seen_ideas(super().get_base_queryset())
        return ideas

    def get_object(self, *args: Any, **kwargs: Any) -> Idea:
        super().get_object(*args, **kwargs)
        related = ("author", "cycle", "sector", "municipality", "merged_into")
        found = generic.base.get_object_or_404(seen_ideas(Idea.objects).select_related(*related), pk=self.pk)
        return masked_for(signed_in(self.request), found)

    def get_page_subtitle(self) -> str:
        return f"№ {self.object.pk}"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = StepForm(request.POST, steps=self.steps())
        status = 422
        if form.is_valid():
            try:
                take_step(actor=signed_in(request), idea_id=self.object.pk, **form.cleaned_data)
            except DomainError as refused:
                form.show(refused)
                status = refused.status
            else:
                messages.success(request, _("Сделано. Это видно в истории идеи."))
                return redirect("staff_ideas:inspect", self.object.pk)
        response = self.render_to_response(self.get_context_data(form=form, **kwargs))
        response.status_code = status
        return response

    def steps(self) -> list[str]:
        return steps_open(self.object, roles_of(self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        idea, person = self.object, signed_in(self.request)
        kwargs.setdefault("form", StepForm(steps=self.steps()))
        idea.counts = counts_of(person, [idea]).get(idea.pk)
        idea.is_late = overdue(Idea.objects.filter(pk=idea.pk)).exists()
        entries = entries_seen(person, OperatorEntry.objects.filter(idea=idea))
        # That a flagged one stays is decided beside its flags.
        allowed = outcomes_of(moderation_kinds.kinds["idea"], idea.moderation, flagged=False)
        return super().get_context_data(
            idea=idea,
            state=state(idea),
            counts=counts(idea),
            tags=[tag.name for tag in idea.tags.order_by("name")],
            attachments=list(idea.attachments.order_by("pk")),
            history=history(idea),
            versions=list(idea.versions.all()),
            clarifications=list(idea.clarifications.select_related("author")),
            answers=list(idea.answers.select_related("author")),
            entries=list(entries.select_related("operator")),
            decisions=decisions_about("idea", idea.pk),
            outcomes=allowed if moderates(person, idea.cycle) else frozenset(),
            may_answer=may_answer(idea, person),
            **kwargs,
        )


def may_answer(idea: Idea, person: Person) -> bool:
    return bool(answers_open(idea)) and bool(answering_as(roles_of(person), idea.cycle.campaign_id))


def history(idea: Idea) -> list[tuple[Any, str]]:
    """Return every step in what became of the idea, also those that the public is not told, in words."""
    table = MODERATION | PROGRESS
    rows = []
    for change in idea.changes.select_related("actor"):
        known = table.get(change.step)
        told = known.told if known and known.told else UNTOLD.get(change.step, change.step)
        rows.append((change, str(told)))
    return rows


# What the public history leaves out, or tells with a text of its own.
UNTOLD = {
    "submit": gettext_lazy("Идея отправлена на проверку"),
    "resubmit": gettext_lazy("Идея отправлена на проверку снова"),
    "return": gettext_lazy("Идея возвращена на доработку"),
    "reject": gettext_lazy("Идея отклонена модератором"),
    "hide": gettext_lazy("Идея скрыта"),
    "answered": gettext_lazy("Дан официальный ответ"),
    "clarified": gettext_lazy("Автор дополнил идею"),
    "edited": gettext_lazy("Текст изменён"),
    "joined": gettext_lazy("Присоединился соавтор"),
    "withhold": gettext_lazy("Изменённый текст ждёт проверки"),
    "withhold_flagged": gettext_lazy("Идея скрыта по жалобам до решения модератора"),
}


class IdeasMenuItem(RolesMenuItem):
    roles = SEE_IDEAS


class IdeaViewSet(ActedOnViewSet):
    model = Idea
    icon = "pick"
    menu_label = gettext_lazy("Идеи")
    menu_order = 155
    menu_item_class = IdeasMenuItem
    url_prefix = "ideas"
    inspect_view_enabled = True
    inspect_view_fields = ("title",)
    index_view_class = IdeasView
    inspect_view_class = IdeaView
    filterset_class = IdeaFilters
    list_export = tuple(COLUMNS)
    search_fields = ("title", "problem", "author__display_name")
    list_display = (
        BulkActionsCheckboxColumn("bulk_actions", obj_type="idea"),
        TitleColumn(
            "title",
            label=gettext_lazy("Название"),
            get_url=lambda idea: reverse("staff_ideas:inspect", args=[idea.pk]),
            get_title_id=lambda idea: f"idea_{idea.pk}_title",
        ),
        Column("author", label=gettext_lazy("Автор"), accessor="author.display_name"),
        Column("cycle", label=gettext_lazy("Сбор идей"), accessor="cycle.title"),
        Column("sector", label=gettext_lazy("Отрасль"), accessor=lambda idea: idea.sector or "—"),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Состояние"),
            accessor=state,
            primary=lambda idea: idea.moderation == Moderation.PUBLISHED,
        ),
        Column("counts", label=gettext_lazy("Голоса"), accessor=counts),
        DateColumn("created_at", label=gettext_lazy("Предложена")),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<id:pk>/", self.inspect_view, name="inspect")]


class EntryFilters(WagtailFilterSet):
    entered_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Когда"), widget=DateRangePickerWidget)

    class Meta:
        model = OperatorEntry
        fields = ("kind", "entered_at")


class EntriesView(ListView):
    def describe(self, rows: list[Any]) -> None:
        told = [row.person for row in rows if tells_of(row)]
        note_reading(reader=signed_in(self.request), people=told, where="entries")
        for entry in rows:
            masked_for(signed_in(self.request), entry.idea)

    def get_base_queryset(self) -> QuerySet[OperatorEntry]:
        entries = entries_seen(signed_in(self.request), super().get_base_queryset())
        return entries.select_related("operator", "person", "idea__cycle")


def tells_of(entry: OperatorEntry) -> bool:
    """Say whether the list tells for whom it was entered; whose voice it was it does not."""
    return entry.kind == OperatorEntry.Kind.IDEA


def resident(entry: OperatorEntry) -> str:
    return entry.person.display_name if tells_of(entry) else "—"


class EntriesMenuItem(RolesMenuItem):
    roles = SEE_ENTRIES


class EntryViewSet(ActedOnViewSet):
    """What operators have entered for residents: by whom, when, with what consent."""

    model = OperatorEntry
    icon = "list-ul"
    menu_label = gettext_lazy("Записи операторов")
    menu_order = 320
    menu_item_class = EntriesMenuItem
    url_prefix = "operator-entries"
    index_view_class = EntriesView
    filterset_class = EntryFilters
    search_fields = ("idea__title", "operator__display_name", "consent")
    list_display = (
        Column("idea", label=gettext_lazy("Идея"), accessor="idea.title"),
        Column("kind", label=gettext_lazy("Что"), accessor="get_kind_display"),
        Column("person", label=gettext_lazy("За кого"), accessor=resident),
        Column("consent", label=gettext_lazy("Согласие")),
        Column("operator", label=gettext_lazy("Оператор"), accessor="operator.display_name"),
        DateColumn("entered_at", label=gettext_lazy("Когда")),
    )
