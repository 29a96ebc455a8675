"""Who answers ideas, who reviews them, who joins them to others. Pure, as `ideas.rules`."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from crowd.errors import Invalid, NotAllowed, PhaseClosed, Text
from crowd.people.models import CampaignRole
from crowd.people.queries import Roles
from ideas.models import LONGEST_TEXT, Answer, Idea, IdeaChange
from ideas.transitions import PROGRESS, allows

Role, By, Progress = CampaignRole.Role, IdeaChange.By, Idea.Progress

# What an official answer decides; the first three lead on, the last two tell how it went.
ANSWERS = (Progress.ACCEPTED, Progress.DECLINED, Progress.IN_PROGRESS, Progress.DONE)
LONGEST_BODY = 200


def answering_as(roles: Roles, campaign_id: int) -> str:
    """Return in what capacity somebody with these roles answers in the campaign; "" where they may not."""
    if roles.holds(Role.BODY, campaign_id) and not roles.everywhere:
        return By.BODY
    return By.EDITOR if roles.holds(Role.EDITOR, campaign_id) else ""


def require_answering(roles: Roles, campaign_id: int) -> str:
    """Return the capacity in which the person answers; refuse whoever does not."""
    if capacity := answering_as(roles, campaign_id):
        return capacity
    raise NotAllowed(_("Отвечает ответственный орган проекта и его редакторы."))


def require_answering_somewhere(roles: Roles) -> None:
    if not roles.any_of(Role.BODY, Role.EDITOR):
        raise NotAllowed(_("Отвечает ответственный орган проекта и его редакторы."))


def step_to(idea: Idea, progress: str) -> str:
    """Return the name of the transition that leads there from where the idea is; "" where none does."""
    return next(
        (name for name, step in PROGRESS.items() if step.target == progress and idea.progress in step.sources), ""
    )


def answers_open(idea: Idea) -> list[str]:
    """Return what an answer may decide about the idea now; that it stays as decided is one of these."""
    if not allows(idea).public:
        return []
    return [progress for progress in ANSWERS if idea.progress == progress or step_to(idea, progress)]


def require_answer(idea: Idea, *, progress: str, on_behalf: str, text: str, given_on: date, today: date) -> None:
    """Refuse what is no answer to this idea, in words for each field."""
    if not (known := answers_open(idea)):
        raise PhaseClosed(_("На эту идею сейчас не отвечают: она снята, отозвана или объединена с другой."))
    fields: dict[str, list[Text]] = {}
    if progress not in ANSWERS:
        fields["progress"] = [_("Выберите, что решили.")]
    elif progress not in known:
        raise PhaseClosed(_("Такое решение с этой идеей уже не согласуется: откройте её страницу заново."))
    if problem := text_problem(text, LONGEST_TEXT):
        fields["text"] = [problem]
    if problem := text_problem(on_behalf, LONGEST_BODY):
        fields["on_behalf"] = [problem]
    if given_on > today:
        fields["given_on"] = [_("Эта дата ещё не наступила.")]
    if fields:
        raise Invalid(fields=fields)


def text_problem(text: str, longest: int) -> Text | None:
    """Return what is wrong with a text that must be there, None where nothing is."""
    if not text.strip():
        return _("Это поле нужно заполнить.")
    if "\x00" in text:
        return _("В тексте есть знак, который нельзя сохранить.")
    return _("Слишком длинно.") if len(text) > longest else None


def is_overdue(idea: Idea, answers: Collection[Answer], today: date) -> bool:
    """Say whether an answer was promised by now and is not there."""
    return idea.answer_due_on is not None and idea.answer_due_on < today and not answers
