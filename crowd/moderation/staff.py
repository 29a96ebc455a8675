"""What the admin's pages about residents' words share: menu items, lists that stay quick, doing one thing to many."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.components import Component
from wagtail.admin.views import generic
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, ButtonWithDropdown, ListingButton

from crowd.campaigns.models import BlockPage
from crowd.converters import id_of
from crowd.errors import DomainError
from crowd.people.models import CampaignRole, Person
from crowd.people.policies import LimitedToPolicy
from crowd.people.queries import roles_of

MOST_LISTED = 1000
MOST_AT_ONCE = 100
MOST_BUTTONS = 4

Skipped = list[tuple[Any, str]]


class RolesMenuItem(MenuItem):
    """Stands in the menu of whoever holds one of the roles anywhere."""

    roles: ClassVar[tuple[str, ...]] = (CampaignRole.Role.MODERATOR,)

    def is_shown(self, request: HttpRequest) -> bool:
        return roles_of(request.user).any_of(*self.roles)


class ActedOnViewSet(ModelViewSet):
    """Rows that staff see by their roles and that nothing changes but actions: no form of Wagtail's, no copies."""

    copy_view_enabled = False
    add_to_admin_menu = True
    add_to_reference_index = False
    menu_item_class = RolesMenuItem
    form_fields = ()
    list_per_page = 50

    def register_admin_url_finder(self) -> None:
        """There is no page of Wagtail's to edit one."""

    def register_permissions(self) -> None:
        """Roles decide, not the permissions of groups."""

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        shared: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        absent = ("history_url_name", "usage_url_name", "add_url_name", "edit_url_name", "delete_url_name")
        return shared | dict.fromkeys(absent)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]


class BoundedPaginator(WagtailPaginator):
    """Turns the pages of the latest rows only: neither counted nor skipped are more, however many there are."""

    @cached_property
    def count(self) -> int:
        return min(MOST_LISTED, self.object_list[: MOST_LISTED + 1].count())

    @cached_property
    def items_count_label(self) -> str:
        if self.count < MOST_LISTED:
            return str(super().items_count_label)
        return _("Показаны последние %(most)s. Остальное найдут отборы и поиск.") % {"most": MOST_LISTED}


class ListView(LimitedToPolicy, generic.IndexView):
    """A list of one's own campaigns' rows that stays quick however many there are."""

    any_permission_required = ("view",)
    paginator_class = BoundedPaginator

    def describe(self, rows: list[Any]) -> None:
        """Give the rows of a page what their columns show, with as many queries for 1 as for 50."""

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        paginator, page, rows, has_others = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = list(rows)
        self.describe(rows)
        return paginator, page, rows, has_others


def blocks_of(request: HttpRequest | None, *roles: str) -> QuerySet[BlockPage]:
    """Return the blocks of the campaigns in which the one signed in holds one of the roles."""
    if request is None:
        return BlockPage.objects.none()
    return BlockPage.objects.in_campaigns(roles_of(request.user).campaigns(*roles)).order_by("path")


class ManyAction(BulkAction):
    """Does something to each of the chosen rows, in a transaction of its own: what one refuses stops no other."""

    template_name = "moderation/many.html"
    form_class: type[forms.Form] = forms.Form
    icon = "list-ul"
    question: Any = ""
    yes: Any = ""
    # What is said where it can be done to none of the rows, and where a row has gone meanwhile.
    none: Any = ""
    gone: Any = ""

    def __init__(self, request: HttpRequest, model: type[Model]) -> None:
        super().__init__(request, model)
        if "next" not in request.GET:
            self.next_url = self.get_list_url()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.person = self.get_person(request)
        if len(self.wanted) > MOST_AT_ONCE:
            messages.error(request, self.too_many())
            return redirect(self.next_url)
        if not self.chosen:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_list_url(self) -> str:
        raise NotImplementedError

    def get_person(self, request: HttpRequest) -> Person:
        """Return who acts; refuse who has no business here."""
        raise NotImplementedError

    def get_rows(self, ids: set[int]) -> list[Any]:
        """Return those of the chosen that are this person's to see, oldest first."""
        raise NotImplementedError

    def concerns(self, row: Any) -> bool:  # noqa: ARG002 - all, where nothing else is said
        """Say whether it can be done to this row as it stands."""
        return True

    def named(self, row: Any) -> tuple[str, str, str]:
        """Return the row's address in the admin, its words, and what stands beside them."""
        raise NotImplementedError

    def do(self, row: Any, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def too_many(self) -> str:
        raise NotImplementedError

    def done(self, count: int) -> str:
        raise NotImplementedError

    def left(self, skipped: Skipped) -> str:
        """Name each row that was left as it is, and why."""
        raise NotImplementedError

    @cached_property
    def wanted(self) -> set[int]:
        return {id_of(typed) for typed in self.request.GET.getlist("id")} - {0}

    @cached_property
    def chosen(self) -> list[Any]:
        return self.get_rows(self.wanted)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "items": [(*self.named(row), self.concerns(row)) for row in self.chosen],
            "concerned": sum(map(self.concerns, self.chosen)),
            "title": self.display_name,
            "question": self.question,
            "yes": self.yes,
            "serious": "serious" in self.classes,
            "next": self.next_url,
            "submit_url": f"{self.request.path}?{self.request.META['QUERY_STRING']}",
            "form": kwargs.get("form") or self.get_form(),
            "view": self,
        }

    def form_valid(self, form: forms.Form) -> HttpResponse:
        do = partial(self.do, data=form.cleaned_data)
        done, skipped = do_each(self.chosen, do, gone=str(self.gone))
        if done:
            messages.success(self.request, self.done(done))
        if skipped:
            messages.warning(self.request, self.left(skipped))
        return redirect(self.next_url)


def do_each(rows: Iterable[Any], do: Callable[[Any], object], *, gone: str) -> tuple[int, Skipped]:
    """Do it to each by itself, so that what one refuses stops no other; return to how many, and why not to the rest."""
    done, skipped = 0, []
    for row in rows:
        try:
            do(row)
        except DomainError as refused:
            skipped.append((row, _words(refused)))
        except Http404:
            skipped.append((row, gone))
        else:
            done += 1
    return done, skipped


def _words(refused: DomainError) -> str:
    said: Sequence[Any] = [error for errors in refused.fields.values() for error in errors]
    return " ".join(map(str, said)) or str(refused.detail)


def bulk_buttons(actions: Sequence[type[ManyAction]]) -> list[Component]:
    """Return the buttons of these actions as Wagtail shows them: a few beside each other, the rest under «ещё»."""

    def url(action: type[ManyAction]) -> str:
        meta = action.models[0]._meta  # noqa: SLF001 - Django's documented API
        return reverse("wagtail_bulk_action", args=[meta.app_label, meta.model_name, action.action_type])

    def attrs(action: type[ManyAction]) -> dict[str, Any]:
        return {"aria-label": action.aria_label, "data-bulk-action-button": ""}

    shown: list[Component] = [
        ListingButton(
            action.display_name,
            url(action),
            attrs=attrs(action),
            priority=action.action_priority,
            classname=" ".join([*action.classes, "bulk-action-btn"]),
        )
        for action in actions[:MOST_BUTTONS]
    ]
    if rest := actions[MOST_BUTTONS:]:
        more = [Button(action.display_name, url=url(action), attrs=attrs(action)) for action in rest]
        classname = "button button-secondary button-small"
        shown.append(
            ButtonWithDropdown(label=_("Ещё"), attrs={"title": _("Что ещё сделать")}, classname=classname, buttons=more)
        )
    return shown
