"""What moderators do with many comments at once: asked once, then each by the action that does it to one."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.bulk_action import BulkAction

from crowd.converters import id_of
from crowd.errors import DomainError
from crowd.moderation.actions import decide
from crowd.moderation.views import moderator_of
from discussions.actions import pin_comment, set_voice, unpin_comment
from discussions.models import Comment
from discussions.rules import COMMENTS_POLICY, OUTCOMES
from discussions.staff_forms import ManyForm, ReasonForm, VoiceForm

MOST_AT_ONCE = 100
CUT = 60

Skipped = list[tuple[Comment, str]]


class CommentsAction(BulkAction):
    """Does something to each of the chosen comments, in a transaction of its own: what one refuses stops no other."""

    models: ClassVar[list[type[Model]]] = [Comment]
    template_name = "discussions/staff/many.html"
    form_class: type[forms.Form] = ManyForm
    question: Any = ""
    yes: Any = ""
    # Only comments in these states are concerned; empty means all.
    states: frozenset[str] = frozenset()

    def __init__(self, request: HttpRequest, model: type[Model]) -> None:
        super().__init__(request, model)
        if "next" not in request.GET:
            self.next_url = reverse("comments:index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.moderator = moderator_of(request)
        if len(self.wanted) > MOST_AT_ONCE:
            messages.error(request, _("За один раз — не больше 100 комментариев."))
            return redirect(self.next_url)
        if not self.chosen:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def wanted(self) -> set[int]:
        return {id_of(typed) for typed in self.request.GET.getlist("id")} - {0}

    @cached_property
    def chosen(self) -> list[Comment]:
        """Those of the chosen that are the moderator's to see, oldest first."""
        seen = COMMENTS_POLICY.instances_user_has_permission_for(self.moderator, "view")
        return list(seen.filter(pk__in=self.wanted).select_related("author", "thread__block").order_by("pk"))

    def concerns(self, comment: Comment) -> bool:
        return not self.states or comment.moderation in self.states

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "items": [(comment, self.concerns(comment)) for comment in self.chosen],
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

    def do(self, comment: Comment, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        done, skipped = self._do_all(form.cleaned_data)
        if done:
            message = ngettext("Готово: %(n)s комментарий.", "Готово: %(n)s комментариев.", done) % {"n": done}
            messages.success(self.request, message)
        if skipped:
            messages.warning(self.request, _left(skipped))
        return redirect(self.next_url)

    def _do_all(self, data: dict[str, Any]) -> tuple[int, Skipped]:
        done, skipped = 0, []
        for comment in self.chosen:
            try:
                self.do(comment, data)
            except DomainError as refused:
                skipped.append((comment, str(refused.detail)))
            except Http404:
                skipped.append((comment, _("Его больше нет.")))
            else:
                done += 1
        return done, skipped


def _left(skipped: Skipped) -> str:
    """Name each comment that was left as it is, and why."""
    said = ngettext("Не изменён %(n)s комментарий.", "Не изменены %(n)s комментариев.", len(skipped))
    named = [f"«{Truncator(comment.body).chars(CUT)}»: {why}" for comment, why in skipped]
    return " ".join([said % {"n": len(skipped)}, *named])


class Deciding(CommentsAction):
    """One decision for each."""

    outcome = ""

    @property
    def states(self) -> frozenset[str]:  # type: ignore[override]  # follows from the outcome
        return frozenset(state for state, outcomes in OUTCOMES.items() if self.outcome in outcomes)

    def do(self, comment: Comment, data: dict[str, Any]) -> None:
        decide(moderator=self.moderator, kind="comment", subject_id=comment.pk, outcome=self.outcome, **data)


class Publish(Deciding):
    display_name = gettext_lazy("Опубликовать")
    aria_label = gettext_lazy("Опубликовать выбранные комментарии")
    action_type = "publish"
    action_priority = 10
    outcome = "publish"
    question = gettext_lazy("Эти комментарии увидят все.")
    yes = gettext_lazy("Да, опубликовать")


class Hide(Deciding):
    display_name = gettext_lazy("Скрыть")
    aria_label = gettext_lazy("Скрыть выбранные комментарии")
    action_type = "hide"
    action_priority = 20
    classes: ClassVar[set[str]] = {"serious"}
    form_class = ReasonForm
    outcome = "hide"
    question = gettext_lazy("Эти комментарии больше никто не увидит. Их можно будет опубликовать снова.")
    yes = gettext_lazy("Да, скрыть")


class Reject(Deciding):
    display_name = gettext_lazy("Отклонить")
    aria_label = gettext_lazy("Отклонить выбранные комментарии")
    action_type = "reject"
    action_priority = 30
    classes: ClassVar[set[str]] = {"serious"}
    form_class = ReasonForm
    outcome = "reject"
    question = gettext_lazy("Эти комментарии не будут опубликованы.")
    yes = gettext_lazy("Да, отклонить")


class Pin(CommentsAction):
    display_name = gettext_lazy("Закрепить")
    aria_label = gettext_lazy("Закрепить выбранные комментарии")
    action_type = "pin"
    action_priority = 40
    states = frozenset({Comment.Moderation.PUBLISHED.value})
    question = gettext_lazy("Эти комментарии встанут в начале своих веток.")
    yes = gettext_lazy("Да, закрепить")

    def do(self, comment: Comment, data: dict[str, Any]) -> None:  # noqa: ARG002 - nothing is asked
        pin_comment(actor=self.moderator, comment_id=comment.pk)


class Unpin(CommentsAction):
    display_name = gettext_lazy("Открепить")
    aria_label = gettext_lazy("Открепить выбранные комментарии")
    action_type = "unpin"
    action_priority = 50
    question = gettext_lazy("Эти комментарии вернутся на свои места.")
    yes = gettext_lazy("Да, открепить")

    def do(self, comment: Comment, data: dict[str, Any]) -> None:  # noqa: ARG002 - nothing is asked
        unpin_comment(actor=self.moderator, comment_id=comment.pk)


class Mark(CommentsAction):
    display_name = gettext_lazy("Отметить")
    aria_label = gettext_lazy("Отметить, от чьего имени написаны выбранные комментарии")
    action_type = "mark"
    action_priority = 60
    form_class = VoiceForm
    question = gettext_lazy("У этих комментариев изменится отметка рядом с именем.")
    yes = gettext_lazy("Отметить")

    def do(self, comment: Comment, data: dict[str, Any]) -> None:
        set_voice(actor=self.moderator, comment_id=comment.pk, voice=data["voice"])


ALL: Sequence[type[CommentsAction]] = (Publish, Hide, Reject, Pin, Unpin, Mark)
