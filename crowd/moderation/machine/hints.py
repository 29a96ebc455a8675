"""What the machine points out to a moderator in a text. Pure; it decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from crowd.errors import Text


class Span(NamedTuple):
    """A place in the text: `text[start:end]`."""

    start: int
    end: int


PERSONAL: Mapping[str, Text] = {
    "phone": _("Номер телефона"),
    "email": _("Адрес электронной почты"),
    "passport": _("Серия и номер паспорта"),
    "snils": _("СНИЛС"),
    "card": _("Номер банковской карты"),
}
# What a moderator reads in place of a code.
WORDS: Mapping[str, Text] = {
    **PERSONAL,
    "insult": _("Грубость или оскорбление"),
    "advertising": _("Похоже на рекламу"),
    "links": _("Ссылки на чужие сайты"),
    "lookalikes": _("Русские слова с латинскими буквами"),
    "shouting": _("Почти всё заглавными буквами"),
    "repeats": _("Повторы знаков или слов"),
    "again": _("Этот автор уже присылал такой же текст"),
    "copied": _("Такой же текст присылали другие"),
    "duplicate": _("Похоже на опубликованную запись"),
    "learned": _("Похоже на то, что здесь не публикуют"),
}
# In these a number tells how much, in percent.
IN_PERCENT = frozenset({"duplicate", "learned"})


@dataclass(frozen=True)
class Hint:
    """One remark: what it is about (`code`), how much it says that something is wrong (`weight`, from 0 to 1), where.

    `percent` is 0 where there is nothing to measure.
    """

    code: str
    weight: float
    spans: tuple[Span, ...] = ()
    percent: int = 0

    @property
    def words(self) -> Text:
        return WORDS[self.code]

    @property
    def is_personal(self) -> bool:
        return self.code in PERSONAL

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "weight": self.weight, "spans": self.spans, "percent": self.percent}


def from_json(kept: Iterable[Mapping[str, Any]]) -> tuple[Hint, ...]:
    """Return the hints that were kept; those of a code that is no longer known are left out."""
    return tuple(
        Hint(one["code"], one["weight"], tuple(Span(*span) for span in one["spans"]), one["percent"])
        for one in kept
        if one["code"] in WORDS
    )


def score_of(hints: Iterable[Hint]) -> float:
    """Return how suspicious a text with these hints is, from 0 to 1: each weight is taken as a chance of its own."""
    return round(1 - prod(1 - hint.weight for hint in hints), 3)
