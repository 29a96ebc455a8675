"""What staff do with many ideas at once: asked once, then each by the action that does it to one."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crowd.moderation.actions import decide
from crowd.moderation.registry import registry as moderation_kinds
from crowd.moderation.staff import ManyAction, Skipped
from crowd.moderation.views import moderator_of
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import person_of, roles_of
from ideas.actions.steps import take_step
from ideas.models import Idea
from ideas.queries.access import masked_for
from ideas.staff_forms import STEP_LABELS, MustWhyForm, RuleForm, WhyForm
from ideas.staff_rules import IDEAS_POLICY, steps_open
from ideas.transitions import PROGRESS

CUT = 60
Role = CampaignRole.Role


class IdeasAction(ManyAction):
    models: ClassVar[list[type[Model]]] = [Idea]
    icon = "pick"
    # Whoever holds one of these anywhere may do it somewhere.
    roles: ClassVar[tuple[str, ...]] = ()
    none = gettext_lazy("Ни с одной из выбранных идей этого сделать нельзя.")
    gone = gettext_lazy("Её больше нет.")

    def get_list_url(self) -> str:
        return reverse("staff_ideas:index")

    def get_rows(self, ids: set[int]) -> list[Idea]:
        seen = IDEAS_POLICY.instances_user_has_permission_for(self.person, "view")
        chosen = seen.filter(pk__in=ids).exclude(moderation=Idea.Moderation.DRAFT)
        rows = chosen.select_related("author", "cycle").order_by("pk")
        return [masked_for(self.person, idea) for idea in rows]

    def named(self, row: Idea) -> tuple[str, str, str]:
        beside = f"{row.author.display_name}, {row.get_moderation_display()}, {row.get_progress_display()}"
        return reverse("staff_ideas:inspect", args=[row.pk]), row.title, beside

    def too_many(self) -> str:
        return _("За один раз — не больше 100 идей.")

    def done(self, count: int) -> str:
        return ngettext("Готово: %(n)s идея.", "Готово: %(n)s идей.", count) % {"n": count}

    def left(self, skipped: Skipped) -> str:
        said = ngettext("Не изменена %(n)s идея.", "Не изменены %(n)s идей.", len(skipped)) % {"n": len(skipped)}
        return " ".join([said, *(f"«{Truncator(idea.title).chars(CUT)}»: {why}" for idea, why in skipped)])


class Deciding(IdeasAction):
    """A moderator's decision for each."""

    roles = (Role.MODERATOR,)
    outcome = ""

    def get_person(self, request: HttpRequest) -> Person:
        return moderator_of(request)

    def concerns(self, row: Idea) -> bool:
        allowed = moderation_kinds.kinds["idea"].allowed.get(row.moderation, frozenset())
        return self.outcome in allowed and roles_of(self.person).holds(Role.MODERATOR, row.cycle.campaign_id)

    def do(self, row: Idea, data: dict[str, Any]) -> None:
        decide(moderator=self.person, kind="idea", subject_id=row.pk, outcome=self.outcome, **data)


class Publish(Deciding):
    display_name = gettext_lazy("Опубликовать")
    aria_label = gettext_lazy("Опубликовать выбранные идеи")
    action_type = "publish"
    action_priority = 10
    outcome = "publish"
    question = gettext_lazy("Эти идеи увидят все.")
    yes = gettext_lazy("Да, опубликовать")


class Return(Deciding):
    display_name = gettext_lazy("На доработку")
    aria_label = gettext_lazy("Вернуть выбранные идеи на доработку")
    action_type = "return"
    action_priority = 20
    form_class = RuleForm
    outcome = "needs_work"
    question = gettext_lazy("Авторы прочтут, что исправить, и смогут отправить идеи снова.")
    yes = gettext_lazy("Да, вернуть")


class Hide(Deciding):
    display_name = gettext_lazy("Скрыть")
    aria_label = gettext_lazy("Скрыть выбранные идеи")
    action_type = "hide"
    action_priority = 30
    classes: ClassVar[set[str]] = {"serious"}
    form_class = RuleForm
    outcome = "hide"
    question = gettext_lazy("Эти идеи больше никто не увидит. Их можно будет опубликовать снова, голоса сохранятся.")
    yes = gettext_lazy("Да, скрыть")


class Reject(Deciding):
    display_name = gettext_lazy("Не публиковать")
    aria_label = gettext_lazy("Не публиковать выбранные идеи")
    action_type = "reject"
    action_priority = 40
    classes: ClassVar[set[str]] = {"serious"}
    form_class = RuleForm
    outcome = "reject"
    question = gettext_lazy("Эти идеи не будут опубликованы.")
    yes = gettext_lazy("Да, не публиковать")


class Stepping(IdeasAction):
    """One step of the table for each."""

    roles = (Role.EDITOR, Role.BODY)
    form_class: type[forms.Form] = WhyForm

    def get_person(self, request: HttpRequest) -> Person:
        person = person_of(request)
        if person is None or not roles_of(person).any_of(*self.roles):
            raise PermissionDenied
        return person

    def concerns(self, row: Idea) -> bool:
        return self.action_type in steps_open(row, roles_of(self.person))

    def do(self, row: Idea, data: dict[str, Any]) -> None:
        take_step(actor=self.person, idea_id=row.pk, step=str(self.action_type), **data)


def _stepping(step: str, priority: int, *, aria_label: Any, question: Any) -> type[Stepping]:
    reasoned = PROGRESS[step].reasoned
    names = {
        "display_name": STEP_LABELS[step],
        "aria_label": aria_label,
        "action_type": step,
        "action_priority": priority,
        "question": question,
        "yes": STEP_LABELS[step],
        "form_class": MustWhyForm if reasoned else WhyForm,
        "classes": {"serious"} if step == "decline" else set(),
    }
    return type(step.capitalize(), (Stepping,), names)


STEPPING = (
    _stepping(
        "shortlist",
        50,
        aria_label=gettext_lazy("Отобрать выбранные идеи"),
        question=gettext_lazy("Эти идеи оценят эксперты, и на них ответит ответственный орган."),
    ),
    _stepping(
        "accept",
        60,
        aria_label=gettext_lazy("Принять выбранные идеи"),
        question=gettext_lazy("Эти идеи будут приняты. Официальный ответ напишите на странице каждой."),
    ),
    _stepping(
        "decline",
        70,
        aria_label=gettext_lazy("Отклонить выбранные идеи"),
        question=gettext_lazy("Эти идеи будут отклонены. Почему — прочтут авторы и все, кто их поддержал."),
    ),
    _stepping(
        "start",
        80,
        aria_label=gettext_lazy("Отметить, что выбранные идеи начали выполнять"),
        question=gettext_lazy("На страницах этих идей будет сказано, что их начали выполнять."),
    ),
    _stepping(
        "finish",
        90,
        aria_label=gettext_lazy("Отметить выбранные идеи как сделанные"),
        question=gettext_lazy("На страницах этих идей будет сказано, что они сделаны."),
    ),
    _stepping(
        "reopen",
        100,
        aria_label=gettext_lazy("Снова собирать голоса за выбранные идеи"),
        question=gettext_lazy("Эти идеи снова соберут голоса. Почему — прочтут все."),
    ),
)

ALL: Sequence[type[IdeasAction]] = (Publish, Return, Hide, Reject, *STEPPING)
