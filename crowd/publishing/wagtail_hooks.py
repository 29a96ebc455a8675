from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, PageQuerySet

from crowd.campaigns.forms import HOME_DEPTH
from crowd.campaigns.segments import is_reserved
from crowd.people.models import Person
from crowd.publishing import views
from crowd.publishing.checker import with_editors_checker
from crowd.publishing.menu import in_own_words
from crowd.publishing.queries import choosable, phases_difference, phases_outside
from crowd.publishing.rehearsal import is_rehearsable


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("rehearsal/<id:pk>/", views.rehearsal, name="rehearsal"),
        path("publishing/<id:pk>/phases/", views.confirm_phases, name="confirm_phases"),
    ]


class RehearsalButton(Button):
    label = gettext_lazy("Показать на дату")
    icon_name = "date"

    def __init__(self, page: Page, **kwargs: Any) -> None:
        super().__init__(url=reverse("rehearsal", args=[page.pk]), **kwargs)
        self.page = page

    def is_shown(self, user: Person) -> bool:
        return self.page.depth > 1 and is_rehearsable(user, self.page)


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: Person, view_name: str, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    yield RehearsalButton(page, priority=5)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, user: Person, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    yield RehearsalButton(page, priority=5)


@hooks.register("construct_wagtail_userbar")
def check_what_editors_can_mend(_request: HttpRequest, items: list[Any], _page: Page | None) -> None:
    items[:] = with_editors_checker(items)


@hooks.register("construct_page_chooser_queryset")
def choose_what_one_may_see(found: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    assert isinstance(request.user, Person)
    return choosable(found, request.user)


@hooks.register("construct_page_action_menu")
def word_the_menu(items: list[Any], _request: HttpRequest, _context: dict[str, Any]) -> None:
    items[:] = in_own_words(items)


@hooks.register("before_publish_page")
def show_changed_phases(_request: HttpRequest, page: Page) -> HttpResponse | None:
    """Publishing a draft that moves live phases asks first: the draft is saved, the publication waits for an answer."""
    return redirect("confirm_phases", page.pk) if phases_difference(page) else None


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_of_phases_outside(request: HttpRequest, page: Page) -> None:
    """A phase that reaches out of its campaign may be meant, so it is told and not refused; not at autosaves."""
    if request.accepts("text/html"):
        for told in phases_outside(page):
            messages.warning(request, told)


@hooks.register("before_move_page")
def keep_moved_off_own_addresses(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    if request.method != "POST" or destination.depth != HOME_DEPTH or not is_reserved(page.slug):
        return None
    messages.error(request, _("Адрес «%(slug)s» занят самим сайтом. Сначала измените его.") % {"slug": page.slug})
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_copy_page")
def keep_copied_off_own_addresses(request: HttpRequest, page: Page) -> HttpResponse | None:
    slug, parent = request.POST.get("new_slug", ""), request.POST.get("new_parent_page", "")
    above = Page.objects.filter(pk=parent).first() if parent.isdecimal() else page.get_parent()
    if request.method != "POST" or above is None or above.depth != HOME_DEPTH or not is_reserved(slug):
        return None
    messages.error(request, _("Адрес «%(slug)s» занят самим сайтом. Выберите другой.") % {"slug": slug})
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("before_bulk_action")
def publish_changed_phases_one_by_one(
    request: HttpRequest, action_type: str, objects: Sequence[Any], _action: Any
) -> HttpResponse | None:
    """Many at once cannot be looked at: pages whose phases would change are published each by itself."""
    if action_type != "publish":
        return None
    changed = [page for page in objects if isinstance(page, Page) and phases_difference(page)]
    if not changed:
        return None
    titles = ", ".join(f"«{page.get_admin_display_title()}»" for page in changed)
    messages.warning(request, _("Публикация изменит этапы: %(titles)s. Опубликуйте их по одной.") % {"titles": titles})
    return redirect("wagtailadmin_explore", changed[0].get_parent().pk)
