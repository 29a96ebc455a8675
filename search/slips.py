"""Slips of the hand: letters of the other keyboard layout, Latin letters that look Cyrillic, one letter wrong."""

import re
from functools import lru_cache

import pymorphy3

SHORTEST_MENDED = 4
MOST_MENDED = 12
ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюя"

# The same keys of the Russian and of the English layout.
_KEYS = str.maketrans(
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~',
    "йцукенгшщзхъфывапролджэячсмитьбюё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ",
)
# Small letters; the large ones of b, h, k, m and t are what looks alike.
_LOOKS = str.maketrans("abcehkmoptxy", "авсенкмортху")
_LATIN = re.compile("[a-z]")
_CYRILLIC = re.compile("[а-я]")


def in_one_alphabet(word: str) -> str:
    """Return the word (in small letters) in Cyrillic where only look-alikes of it are Latin: «cтол» with a Latin c."""
    if not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return word
    turned = word.translate(_LOOKS)
    return word if _LATIN.search(turned) else turned


def from_other_keys(text: str) -> str:
    """Return what the same keys write in the Russian layout: «ghbdtn» is «привет»."""
    return text.translate(_KEYS)


@lru_cache(10_000)
def mended(word: str, morphology: pymorphy3.MorphAnalyzer) -> tuple[str, ...]:
    """Return the words of the dictionary that are one slip away: a letter too many, too few, wrong, or two swapped.

    None for words of the dictionary, for short ones and for what is not Russian. The way of P. Norvig, «How to write a
    spelling corrector» (2007): a few hundred candidates, of which the dictionary knows a few.
    """
    if len(word) < SHORTEST_MENDED or not set(word) <= set(ALPHABET) or morphology.word_is_known(word):
        return ()
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    swapped = [left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1]
    fewer = [left + right[1:] for left, right in cuts if right]
    wrong = [left + letter + right[1:] for left, right in cuts if right for letter in ALPHABET]
    more = [left + letter + right for left, right in cuts for letter in ALPHABET]
    found = dict.fromkeys(one for one in (*wrong, *swapped, *fewer, *more) if morphology.word_is_known(one))
    return tuple(found)[:MOST_MENDED]
