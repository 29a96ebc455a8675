"""Who may do what with people, and what a name on the site may look like. Pure: they ask nothing of the database."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from crowd.errors import Text
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import Roles

SHORTEST_NAME = 2
LONGEST_NAME = 60

# A name is no place for an address: neither one's own, by slip, nor a shop's.
ADDRESS = re.compile(
    r"@|://|\bwww\.|[\w-]\.(?:ru|рф|su|com|net|org|info|biz|pro|site|online|shop|store|club|top|xyz|app|dev|io|me|tv)\b",
    re.IGNORECASE,
)


def tidy_name(name: str) -> str:
    """Return the name without blanks at its ends and with single ones inside, its letters composed."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_problem(name: str) -> Text | None:
    """Return what is wrong with a tidy name, None where nothing is."""
    if any(unicodedata.category(character).startswith("C") for character in name):
        return _("В имени есть невидимые знаки. Наберите его заново.")
    if len(name) < SHORTEST_NAME or not any(character.isalnum() for character in name):
        return _("Имя слишком короткое: нужны хотя бы две буквы.")
    if len(name) > LONGEST_NAME:
        return _("Имя слишком длинное: не больше 60 знаков.")
    if ADDRESS.search(name):
        return _("Имя похоже на адрес почты или сайта. Его увидят все, выберите другое.")
    return None


def may_act_for_residents(roles: Roles) -> bool:
    """Say whether somebody with these roles notes consents and documents for residents: an operator of any campaign."""
    return roles.any_of(CampaignRole.Role.OPERATOR)


def is_newcomer(person: Person | None) -> bool:
    """Say whether nobody has looked at what the person writes often enough to trust it."""
    return person is not None and person.standing == Person.Standing.NEWCOMER


def may_administer(person: Person) -> bool:
    return person.is_active and person.is_superuser
