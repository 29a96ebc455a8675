"""What moderators do with many comments at once: asked once, then each by the action that does it to one."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crowd.moderation.actions import decide
from crowd.moderation.staff import ManyAction, Skipped
from crowd.moderation.views import moderator_of
from crowd.people.models import Person
from discussions.actions import pin_comment, set_voice, unpin_comment
from discussions.models import Comment
from discussions.rules import COMMENTS_POLICY, OUTCOMES
from discussions.staff_forms import ReasonForm, VoiceForm

CUT = 60


class CommentsAction(ManyAction):
    models: ClassVar[list[type[Model]]] = [Comment]
    icon = "comment"
    none = gettext_lazy("Ни с одним из выбранных комментариев этого сделать нельзя.")
    gone = gettext_lazy("Его больше нет.")
    # Only comments in these states are concerned; empty means all.
    states: frozenset[str] = frozenset()

    def get_list_url(self) -> str:
        return reverse("comments:index")

    def get_person(self, request: HttpRequest) -> Person:
        return moderator_of(request)

    def get_rows(self, ids: set[int]) -> list[Comment]:
        seen = COMMENTS_POLICY.instances_user_has_permission_for(self.person, "view")
        return list(seen.filter(pk__in=ids).select_related("author", "thread__block").order_by("pk"))

    def concerns(self, row: Comment) -> bool:
        return not self.states or row.moderation in self.states

    def named(self, row: Comment) -> tuple[str, str, str]:
        beside = f"{row.author.display_name}, {row.get_moderation_display()}"
        return reverse("comments:inspect", args=[row.pk]), Truncator(row.body).chars(2 * CUT), beside

    def too_many(self) -> str:
        return _("За один раз — не больше 100 комментариев.")

    def done(self, count: int) -> str:
        return ngettext("Готово: %(n)s комментарий.", "Готово: %(n)s комментариев.", count) % {"n": count}

    def left(self, skipped: Skipped) -> str:
        said = ngettext("Не изменён %(n)s комментарий.", "Не изменены %(n)s комментариев.", len(skipped))
        named = [f"«{Truncator(comment.body).chars(CUT)}»: {why}" for comment, why in skipped]
        return " ".join([said % {"n": len(skipped)}, *named])


class Deciding(CommentsAction):
    """One decision for each."""

    outcome = ""

    @property
    def states(self) -> frozenset[str]:  # type: ignore[override]  # follows from the outcome
        return frozenset(state for state, outcomes in OUTCOMES.items() if self.outcome in outcomes)

    def do(self, row: Comment, data: dict[str, Any]) -> None:
        decide(moderator=self.person, kind="comment", subject_id=row.pk, outcome=self.outcome, **data)


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

    def do(self, row: Comment, data: dict[str, Any]) -> None:  # noqa: ARG002 - nothing is asked
        pin_comment(actor=self.person, comment_id=row.pk)


class Unpin(CommentsAction):
    display_name = gettext_lazy("Открепить")
    aria_label = gettext_lazy("Открепить выбранные комментарии")
    action_type = "unpin"
    action_priority = 50
    question = gettext_lazy("Эти комментарии вернутся на свои места.")
    yes = gettext_lazy("Да, открепить")

    def do(self, row: Comment, data: dict[str, Any]) -> None:  # noqa: ARG002 - nothing is asked
        unpin_comment(actor=self.person, comment_id=row.pk)


class Mark(CommentsAction):
    display_name = gettext_lazy("Отметить")
    aria_label = gettext_lazy("Отметить, от чьего имени написаны выбранные комментарии")
    action_type = "mark"
    action_priority = 60
    form_class = VoiceForm
    question = gettext_lazy("У этих комментариев изменится отметка рядом с именем.")
    yes = gettext_lazy("Отметить")

    def do(self, row: Comment, data: dict[str, Any]) -> None:
        set_voice(actor=self.person, comment_id=row.pk, voice=data["voice"])


ALL: Sequence[type[CommentsAction]] = (Publish, Hide, Reject, Pin, Unpin, Mark)
