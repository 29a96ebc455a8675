"""How often a person and a network may act. A network is many people (a village behind one address), so it may more.

Every window divides a day: the key of the hashes changes at the edge of a window, never within one.

These numbers hold until an administrator says others (`LimitSetting`), within what `limit_problem` lets through.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from crowd.errors import NotAllowed, Text

Side = Literal["person", "network"]
SIDES: tuple[Side, ...] = ("person", "network")


@dataclass(frozen=True)
class Limit:
    """At most `person` and `network` times within `seconds`; 0 means that this side is not counted."""

    seconds: int
    person: int
    network: int


LIMITS = {
    "sign_up": Limit(seconds=3600, person=5, network=30),
    # Besides, where a network signs many up: those whose browser did no work for it (crowd/limits/proof.py).
    "sign_up_unproved": Limit(seconds=3600, person=2, network=5),
    "sign_in": Limit(seconds=900, person=10, network=100),
    "second_factor": Limit(seconds=900, person=10, network=100),
    "password_reset": Limit(seconds=3600, person=5, network=50),
    "confirm_email": Limit(seconds=3600, person=5, network=50),
    "post": Limit(seconds=600, person=30, network=600),
    # What is typed into the form of an idea, kept every few seconds.
    "draft": Limit(seconds=60, person=40, network=1200),
    # Letters to people whom an author names.
    "invite": Limit(seconds=3600, person=10, network=100),
    "answer": Limit(seconds=60, person=60, network=1200),
    "vote": Limit(seconds=60, person=60, network=1200),
    "react": Limit(seconds=60, person=60, network=1200),
    "rate": Limit(seconds=60, person=30, network=600),
    "search": Limit(seconds=60, person=60, network=600),
    # Asked by the form of an idea at each pause of whoever types; takes nothing from their searches.
    "similar": Limit(seconds=60, person=60, network=1200),
    # Drawing a picture that is not kept yet; asking for one that is kept is free.
    "share_picture": Limit(seconds=60, person=0, network=60),
    "flag": Limit(seconds=600, person=30, network=300),
    "appeal": Limit(seconds=3600, person=10, network=100),
    # Asking for a task to be worked on; a browser asks once for each thing that it sends.
    "proof": Limit(seconds=600, person=60, network=1200),
}

# What administrators read in the place of a rule's name.
NAMES: dict[str, Text] = {
    "sign_up": _("Регистрация"),
    "sign_up_unproved": _("Регистрация без проверки на робота, когда из сети много регистраций"),
    "sign_in": _("Вход: попытки с паролем"),
    "second_factor": _("Вход: попытки с кодом"),
    "password_reset": _("Письма для нового пароля"),
    "confirm_email": _("Письма для подтверждения почты"),
    "post": _("Идеи, комментарии и их правки"),
    "draft": _("Сохранение черновика идеи"),
    "invite": _("Приглашения соавторов"),
    "answer": _("Ответы на вопросы"),
    "vote": _("Голоса"),
    "react": _("Согласие с комментариями"),
    "rate": _("Оценки сервисов"),
    "search": _("Поиск"),
    "similar": _("Похожие идеи при наборе текста"),
    "share_picture": _("Новые картинки для ссылок"),
    "flag": _("Жалобы"),
    "appeal": _("Апелляции"),
    "proof": _("Задания для проверки на робота"),
}
# Uncounted, these would let passwords and codes be guessed without end.
GUARDS = frozenset({"sign_in", "second_factor"})
# How many times more than usual an administrator may allow, and the most that the database takes at all.
MOST_TIMES, MOST = 10, 100_000

# Wider than what becomes a link: whoever names a shop means it to be found.
LINK = re.compile(
    r"://|\bwww\.|[\w-]\.(?:ru|рф|su|com|net|org|info|biz|pro|site|online|shop|store|club|top|xyz|app|dev|io|me|tv)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Used:
    """How often one side has acted in the present window, and how often it may; `most` 0 where it is not counted."""

    side: Side
    count: int
    most: int


def is_suspicious(used: Iterable[Used], *, newcomer: bool, text: str = "") -> bool:
    """Say whether a browser is to do a little work before this is taken as others are.

    It is asked of newcomers alone: where the person or the network has used more than half of what it may, or where the
    text holds a link. Nothing is noted of anybody for it.
    """
    return newcomer and (any(2 * side.count > side.most > 0 for side in used) or bool(LINK.search(text)))


def largest(rule: str, side: Side) -> int:
    """Return the most that an administrator may allow; 0 for a side that the rule never counts."""
    usual: int = getattr(LIMITS[rule], side)
    return min(usual * MOST_TIMES, MOST)


def smallest(rule: str, side: Side) -> int:
    return 1 if side == "person" and rule in GUARDS else 0


def limit_problem(rule: str, side: Side, value: int) -> Text | None:
    """Return what is wrong with a value for this side of the rule, None where nothing is."""
    if value < smallest(rule, side):
        if value == 0:
            return _("Этот предел снять нельзя: без него пароль или код можно подбирать без конца.")
        return _("Укажите число от 0.")
    if value > largest(rule, side):
        return _("Не больше %(most)d: это предел, за которым правило уже не защищает.") % {"most": largest(rule, side)}
    return None


def is_administrator(person: Any) -> bool:
    return person.is_active and bool(getattr(person, "is_superuser", False))


def require_administrator(person: Any) -> None:
    if not is_administrator(person):
        raise NotAllowed(_("Пределы меняет только администратор."))
