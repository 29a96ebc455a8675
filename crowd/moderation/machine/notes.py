"""What authors are told of personal data in their own texts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crowd.errors import Text
from crowd.moderation.machine.personal import personal_data

# As they stand within a sentence.
NAMES: dict[str, Text] = {
    "phone": gettext_lazy("номер телефона"),
    "email": gettext_lazy("адрес электронной почты"),
    "passport": gettext_lazy("серия и номер паспорта"),
    "snils": gettext_lazy("СНИЛС"),
    "card": gettext_lazy("номер банковской карты"),
}


def personal_note(*texts: str) -> str:
    """Say to the author what personal data the texts hold, why that waits, and what to do; "" where there is none."""
    what = named_data(*texts)
    if not what:
        return ""
    return _(
        "Похоже, в тексте есть личные данные: %(what)s. Чтобы их не увидели все, текст сначала посмотрит модератор. "
        "Если они здесь не нужны, нажмите «Изменить» и уберите их."
    ) % {"what": what}


def named_data(*texts: str) -> str:
    """Return what personal data the texts hold, in words: each kind once."""
    codes = dict.fromkeys(one.code for text in texts for one in personal_data(text))
    return ", ".join(str(NAMES[code]) for code in codes)
