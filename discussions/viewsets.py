"""«Комментарии» and «Ветки» in the admin: what the moderators of a campaign see of what residents wrote there."""

from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic

from crowd.campaigns.models import BlockPage
from crowd.errors import Invalid
from crowd.moderation.queries import decisions_about, sanctions_in_force
from crowd.moderation.staff import ActedOnViewSet, ListView, blocks_of
from crowd.moderation.views import moderator_of
from crowd.people.models import CampaignRole
from crowd.people.policies import LimitedToPolicy
from discussions import hosts, staff_views
from discussions.actions import add_note
from discussions.documents import with_hosts
from discussions.models import Comment, Thread
from discussions.rules import OUTCOMES
from discussions.staff_forms import NoteForm

CUT = 120


def own_blocks(request: HttpRequest | None) -> QuerySet[BlockPage]:
    """Return the blocks of the campaigns that the signed-in moderator holds."""
    return blocks_of(request, CampaignRole.Role.MODERATOR)


class CommentFilters(WagtailFilterSet):
    block = django_filters.ModelChoiceFilter(
        field_name="thread__block",
        label=gettext_lazy("Обсуждение или сбор идей"),
        queryset=own_blocks,
        empty_label=gettext_lazy("Все"),
    )
    moderation = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Состояние"), choices=Comment.Moderation.choices, widget=forms.CheckboxSelectMultiple
    )
    stance = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Позиция"), choices=Comment.Stance.choices, widget=forms.CheckboxSelectMultiple
    )
    voice = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("От чьего имени"), choices=Comment.Voice.choices, widget=forms.CheckboxSelectMultiple
    )
    pinned = django_filters.ChoiceFilter(
        label=gettext_lazy("Закреплён"),
        method="by_pin",
        choices=[("yes", gettext_lazy("да")), ("no", gettext_lazy("нет"))],
        empty_label=gettext_lazy("Все"),
    )
    created_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Написан"), widget=DateRangePickerWidget)

    def by_pin(self, comments: Any, _name: str, value: str) -> Any:
        return comments.filter(pinned_at__isnull=value == "no")

    class Meta:
        model = Comment
        fields = ("block", "moderation", "stance", "voice", "pinned", "created_at")


class ThreadFilters(WagtailFilterSet):
    block = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Обсуждение или сбор идей"), queryset=own_blocks, empty_label=gettext_lazy("Все")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Состояние"), choices=Thread.State.choices, empty_label=gettext_lazy("Все")
    )

    class Meta:
        model = Thread
        fields = ("block", "state")


class CommentsView(ListView):
    template_name = "moderation/chosen_list.html"

    def get_base_queryset(self) -> QuerySet[Comment]:
        comments: QuerySet[Comment] = super().get_base_queryset()
        return comments.select_related("author", "thread__block")

    def describe(self, rows: list[Any]) -> None:
        shown = {comment.pk: host for comment, host in with_hosts(rows)}
        for comment in rows:
            host = shown.get(comment.pk)
            comment.place = host.title if host else comment.thread.block.title

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return context | {"model_opts": Comment._meta}  # noqa: SLF001 - Django's documented API


class PlaceColumn(Column):
    cell_template_name = "discussions/staff/place_cell.html"


def _state(comment: Comment) -> str:
    pinned = _("закреплён") if comment.pinned_at else ""
    return ", ".join(filter(None, [comment.get_moderation_display(), pinned]))


def _author(comment: Comment) -> str:
    """Return who wrote it, and in what capacity where that is not the usual one."""
    name = comment.author.display_name
    return name if comment.voice == Comment.Voice.RESIDENT else f"{name}, {comment.get_voice_display()}"


class CommentView(LimitedToPolicy, generic.InspectView):
    """One comment with all that moderators know of it; a note is posted here."""

    any_permission_required = ("view",)
    template_name = "discussions/staff/comment.html"
    page_title = gettext_lazy("Комментарий")

    def get_object(self, *args: Any, **kwargs: Any) -> Comment:
        super().get_object(*args, **kwargs)
        return Comment.objects.select_related("author", "thread__block", "parent__author").get(pk=self.pk)

    def get_page_subtitle(self) -> str:
        return f"№ {self.object.pk}"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = NoteForm(request.POST)
        if form.is_valid():
            try:
                add_note(author=moderator_of(request), comment_id=self.object.pk, **form.cleaned_data)
            except Invalid as refused:
                form.add_error("text", [str(error) for error in refused.fields.get("text", [refused.detail])])
            else:
                messages.success(request, _("Заметка записана."))
                return redirect("comments:inspect", self.object.pk)
        response = self.render_to_response(self.get_context_data(note_form=form, **kwargs))
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comment: Comment = self.object
        shown = dict(with_hosts([comment]))
        campaign_id = comment.thread.block.campaign_id
        kwargs.setdefault("note_form", NoteForm())
        return super().get_context_data(
            comment=comment,
            host=shown.get(comment),
            versions=list(comment.versions.order_by("number")),
            notes=list(comment.notes.select_related("author")),
            decisions=decisions_about("comment", comment.pk),
            sanctions=sanctions_in_force(comment.author, [campaign_id]),
            outcomes=OUTCOMES.get(comment.moderation, frozenset()),
            voices=[choice for choice in Comment.Voice.choices if choice[0] != comment.voice],
            pinnable=comment.is_public and comment.root_id is None,
            **kwargs,
        )


class ThreadsView(ListView):
    def get_base_queryset(self) -> QuerySet[Thread]:
        threads: QuerySet[Thread] = super().get_base_queryset()
        return threads.select_related("block")

    def describe(self, rows: list[Any]) -> None:
        shown = {
            (kind, host_id): host
            for kind in {thread.host_kind for thread in rows}
            for host_id, host in hosts.registry.public(
                kind, [thread.host_id for thread in rows if thread.host_kind == kind]
            ).items()
        }
        for thread in rows:
            host = shown.get((thread.host_kind, thread.host_id))
            thread.title = host.title if host else _("%(where)s, не видно жителям") % {"where": thread.block.title}


class CommentViewSet(ActedOnViewSet):
    model = Comment
    icon = "comment"
    menu_label = gettext_lazy("Комментарии")
    menu_order = 160
    url_prefix = "comments"
    inspect_view_enabled = True
    inspect_view_fields = ("body",)
    index_view_class = CommentsView
    inspect_view_class = CommentView
    filterset_class = CommentFilters
    search_fields = ("body", "author__display_name")
    list_display = (
        BulkActionsCheckboxColumn("bulk_actions", obj_type="comment"),
        TitleColumn(
            "body",
            label=gettext_lazy("Текст"),
            accessor=lambda comment: Truncator(comment.body).chars(CUT),
            get_url=lambda comment: reverse("comments:inspect", args=[comment.pk]),
            get_title_id=lambda comment: f"comment_{comment.pk}_title",
        ),
        Column("author", label=gettext_lazy("Автор"), accessor=_author),
        PlaceColumn("place", label=gettext_lazy("Где")),
        StatusTagColumn(
            "moderation", label=gettext_lazy("Состояние"), accessor=_state, primary=lambda comment: comment.is_public
        ),
        Column("up", label=gettext_lazy("Отклики"), accessor=lambda comment: f"+{comment.up} −{comment.down}"),
        DateColumn("created_at", label=gettext_lazy("Написан")),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<id:pk>/", self.inspect_view, name="inspect"),
            path("<id:pk>/act/", staff_views.act, name="act"),
        ]


class ThreadViewSet(ActedOnViewSet):
    model = Thread
    icon = "list-ul"
    menu_label = gettext_lazy("Ветки")
    menu_order = 165
    url_prefix = "threads"
    index_view_class = ThreadsView
    filterset_class = ThreadFilters
    search_fields = ("block__title",)
    list_display = (
        TitleColumn(
            "title", label=gettext_lazy("Под чем"), get_url=lambda thread: reverse("threads:lock", args=[thread.pk])
        ),
        Column("block", label=gettext_lazy("Раздел"), accessor="block.title"),
        Column("comment_count", label=gettext_lazy("Комментариев")),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Состояние"),
            accessor="get_state_display",
            primary=lambda thread: thread.state == Thread.State.OPEN,
        ),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<id:pk>/", staff_views.lock, name="lock")]
