"""Numbers in words, where pages and answers to scripts say the same."""

from math import ceil

from django.utils.translation import ngettext

MINUTE, HOUR = 60, 3600


def duration(seconds: int) -> str:
    """Return a pause in words, rounded up: «40 секунд», «3 минуты», «2 часа»."""
    if seconds < MINUTE:
        return ngettext("%(number)d секунду", "%(number)d секунд", seconds) % {"number": seconds}
    if seconds < HOUR:
        minutes = ceil(seconds / MINUTE)
        return ngettext("%(number)d минуту", "%(number)d минут", minutes) % {"number": minutes}
    hours = ceil(seconds / HOUR)
    return ngettext("%(number)d час", "%(number)d часов", hours) % {"number": hours}
