"""Who may answer what, and who sees what came of it. Pure: they are handed the question, its phases and the moment."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crowd.campaigns.models import Phase
from crowd.errors import Invalid
from questions.models import Question

# Of fewer people the results could tell who answered what.
FEWEST = 5


class Held(Enum):
    """Why the results are not shown."""

    UNTIL_ANSWER = "until_answer"
    UNTIL_END = "until_end"
    TOO_FEW = "too_few"
    TOO_FEW_FOREVER = "too_few_forever"


def is_over(phases: Iterable[Phase], now: datetime) -> bool:
    """Say whether the last phase in which one could answer has ended."""
    ends = [phase.closes_at for phase in phases if phase.comment]
    return bool(ends) and max(ends) <= now


def holds_back(question: Question, *, people: int, answered: bool, over: bool) -> Held | None:
    """Return why somebody does not see the results; None where they are shown."""
    if not over and question.results == Question.Results.AT_END:
        return Held.UNTIL_END
    if not over and not answered:
        return Held.UNTIL_ANSWER
    if people < FEWEST:
        return Held.TOO_FEW_FOREVER if over else Held.TOO_FEW
    return None


def clean_choices(question: Question, names: Sequence[str]) -> list[str]:
    """Return the chosen options in the order of the page; refuse what the question does not offer or allow."""
    chosen = set(names)
    offered = [option.name for option in question.options]
    if not chosen <= set(offered):
        raise Invalid(fields={"choice": [_("Такого варианта больше нет. Выберите из тех, что есть.")]})
    if not chosen:
        raise Invalid(fields={"choice": [_("Выберите ответ.")]})
    most = 1 if question.kind == Question.Kind.SINGLE else question.most or len(offered)
    if len(chosen) > most:
        message = ngettext("Можно выбрать только %(n)s вариант.", "Можно выбрать не больше %(n)s вариантов.", most)
        raise Invalid(fields={"choice": [message % {"n": most}]})
    return [name for name in offered if name in chosen]


def clean_value(question: Question, value: int | None) -> int:
    """Return the point of the scale; refuse one that is not on it."""
    if value is None:
        raise Invalid(fields={"value": [_("Выберите оценку.")]})
    if str(value) not in {option.name for option in question.options}:
        raise Invalid(fields={"value": [_("Такой оценки нет на этой шкале.")]})
    return value
