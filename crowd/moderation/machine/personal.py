"""Personal data in a text: phone numbers, e-mail addresses, passports, SNILS, bank cards. Pure.

What stands in every second appeal must not be taken for them: addresses with house and postal code, dates, hours, sums,
statutes. So a number counts by its form, by a check digit where there is one, or by the word before it.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from crowd.errors import Text


class Found(NamedTuple):
    """Personal data where it stands: `text[start:end]`; `code` is one of `hints.PERSONAL`."""

    code: str
    start: int
    end: int


MASKS: dict[str, Text] = {
    "phone": _("[телефон скрыт до проверки]"),
    "email": _("[почта скрыта до проверки]"),
    "passport": _("[паспорт скрыт до проверки]"),
    "snils": _("[СНИЛС скрыт до проверки]"),
    "card": _("[номер карты скрыт до проверки]"),
}

# What may stand between the digits of one number, the invisible too; never a new line.
_SEP = r"[ \-–—().\u00a0\u00ad\u2009\u200b-\u200d\u202f\u2060]{0,3}"
_BLANK = r"[^\S\n]"

PREFIXED_PHONE = re.compile(rf"(?<![\w№])(?:\+\s?7|[78]){_SEP}(?P<rest>[3489](?:{_SEP}\d){{9}})(?!\d)")
# Without +7 or 8 only in the form in which mobile numbers are written.
MOBILE_PHONE = re.compile(rf"(?<![\w№+\-–.])\(?9\d\d\)?{_BLANK}?[ \-–]{_BLANK}?\d{{3}}[ \-–]?\d\d[ \-–]?\d\d(?!\d)")
# Of five to seven digits, or ten in one: only behind a word that says what it is.
NAMED_PHONE = re.compile(
    r"\b(?:тел(?:ефон\w*|\b)|моб(?:ильн\w+|\b)|сот(?:ов\w+|\b)|(?:по)?звон(?:и|ите|ить)\b|what'?s?app|ват[сц]ап\w*"
    r"|viber|вайбер\w*|telegram|телеграм\w*|мессенджер\w*)[^\S\n]*(?:по\b)?[^\S\n]*(?:номеру?\b)?[.:,№\s]{0,4}"
    r"(?P<number>\(?9\d{9}|[2-9]\d{0,2}[-–]\d\d[-–]\d\d|[2-9]\d{4,6})(?![\d\-–])",
    re.IGNORECASE,
)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,24}(?!\w)")
PASSPORT = re.compile(r"(?<![\w№-])\d\d ?\d\d[ ,]{0,2}(?:(?:№|N|номер)[ .:]?)?\d{6}(?![\d-])", re.IGNORECASE)
# As it is printed: the two digits of the region, the two of the year, the number.
PRINTED_PASSPORT = re.compile(r"\d\d \d\d (?:№ ?)?\d{6}")
PASSPORT_WORD = re.compile(r"паспорт|сери[яию]\b", re.IGNORECASE)
SNILS = re.compile(r"(?<![\w-])\d{3}-?\d{3}-?\d{3}[ -]?\d\d(?![\d-])")
PRINTED_SNILS = re.compile(r"\d{3}-\d{3}-\d{3}[ -]\d\d")
SNILS_WORD = re.compile(r"снилс|страхов\w+ (?:номер|свидетельств)", re.IGNORECASE)
CARD = re.compile(r"(?<![\w-])[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{4}(?:[ -]?\d{1,3})?(?![\d-])")

# So many characters before a number are looked at for the word that says what it is.
BEFORE = 40
# Lines that anybody may ring for nothing are an office's, not a person's.
FREE_LINES = ("800", "804")
YEARS = range(91, 100)


def personal_data(text: str) -> tuple[Found, ...]:
    """Return the personal data of the text in its order; no two of them overlap."""
    found: list[Found] = []
    for one in chain.from_iterable(finder(text) for finder in FINDERS):
        if all(one.end <= seen.start or seen.end <= one.start for seen in found):
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def holds_personal_data(*texts: str) -> bool:
    return any(personal_data(text) for text in texts)


def masked(text: str) -> str:
    """Return the text with what stands in the place of personal data until a moderator has looked."""
    pieces, place = [], 0
    for one in personal_data(text):
        pieces += [text[place : one.start], str(MASKS[one.code])]
        place = one.end
    return "".join([*pieces, text[place:]])


def digits_of(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def passes_luhn(digits: str) -> bool:
    """Say whether the last digit is the check digit of the others (H. P. Luhn, US patent 2950048)."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0  # noqa: PLR2004 - the digits of 10 to 18 added up


def is_snils(digits: str) -> bool:
    """Say whether the last two of 11 digits check the nine before them, each weighted by its place from the right."""
    weighted = sum(int(digit) * (9 - at) for at, digit in enumerate(digits[:9]))
    return weighted % 101 % 100 == int(digits[9:]) and int(digits) > 0


def _cards(text: str) -> Iterator[Found]:
    for match in CARD.finditer(text):
        if passes_luhn(digits_of(match.group())):
            yield Found("card", *match.span())


def _snils(text: str) -> Iterator[Found]:
    for match in SNILS.finditer(text):
        is_told = PRINTED_SNILS.fullmatch(match.group()) or _said_before(text, match, SNILS_WORD)
        if is_told and is_snils(digits_of(match.group())):
            yield Found("snils", *match.span())


def _passports(text: str) -> Iterator[Found]:
    for match in PASSPORT.finditer(text):
        printed = PRINTED_PASSPORT.fullmatch(match.group())
        if _said_before(text, match, PASSPORT_WORD) or (printed and _is_year(digits_of(match.group())[2:4])):
            yield Found("passport", *match.span())


def _is_year(digits: str) -> bool:
    """Say whether a blank of a passport can have been printed in this year: from 1997 on."""
    return int(digits) in YEARS or int(digits) < 40  # noqa: PLR2004 - of this century


def _emails(text: str) -> Iterator[Found]:
    for match in EMAIL.finditer(text):
        yield Found("email", *match.span())


def _phones(text: str) -> Iterator[Found]:
    for match in PREFIXED_PHONE.finditer(text):
        if _is_grouped(match["rest"]) and not digits_of(match["rest"]).startswith(FREE_LINES):
            yield Found("phone", *match.span())
    for match in MOBILE_PHONE.finditer(text):
        yield Found("phone", *match.span())
    for match in NAMED_PHONE.finditer(text):
        yield Found("phone", *match.span("number"))


def _is_grouped(rest: str) -> bool:
    """Say whether the digits stand as in a phone number: a code of at least three first, then no single ones.

    «дома 7 38 40 42 44 46» are as many digits.
    """
    first, *others = re.findall(r"\d+", rest)
    return len(first) >= 3 and sum(len(group) == 1 for group in others) <= 1  # noqa: PLR2004 - no code is shorter


def _said_before(text: str, match: re.Match[str], word: re.Pattern[str]) -> bool:
    return word.search(text[max(0, match.start() - BEFORE) : match.start()]) is not None


FINDERS: tuple[Callable[[str], Iterator[Found]], ...] = (_cards, _snils, _passports, _emails, _phones)
