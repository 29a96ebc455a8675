from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from crowd.people.models import Person
from questions import admin_views
from questions.models import Question


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("questions/", admin_views.pages, name="questions"),
        path("questions/<id:pk>/", admin_views.results, name="question_results"),
        path("questions/<id:pk>/csv/", admin_views.export, name="question_export"),
    ]


class QuestionsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return admin_views.policy.user_has_permission(request.user, "view")


@hooks.register("register_admin_menu_item")
def menu_item() -> QuestionsMenuItem:
    return QuestionsMenuItem(_("Ответы на вопросы"), reverse("questions"), icon_name="help", order=170)


class ResultsButton(Button):
    label = _("Ответы на вопросы")
    icon_name = "help"

    def __init__(self, page: Page, **kwargs: Any) -> None:
        super().__init__(url=reverse("question_results", args=[page.pk]), **kwargs)
        self.page = page

    def is_shown(self, user: Person) -> bool:
        return Question.objects.filter(page_id=self.page.pk).exists() and admin_views.policy.user_has_permission(
            user, "view"
        )


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: Person, view_name: str, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    yield ResultsButton(page, priority=6)
