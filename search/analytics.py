"""What residents search for, counted by week for the editor: what is asked often, and what finds nothing.

Nothing tells who asked: no person, no address, no time finer than a week. A text can name somebody all the same, so
that of one that looks like it only the number is kept: an e-mail address or a name on a network, a link, a patronymic,
a text as long as a letter; runs of digits are left out. What was asked fewer than three times in a week, which may be
about one person, is shown to nobody and forgotten when the week is over (see `actions.forget_queries`).
Why: docs/decisions/0018-searches-without-persons.md.

Counted in memory, written at the end of some request after its answer was sent (see `crowd.batches`).
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings

from crowd.batches import Batch
from search import actions
from search.lemmas import is_patronymic, query_words

# Written when the oldest is so old, or when there are so many.
SECONDS, MOST_QUERIES = 20.0, 500
# Longer texts are no queries but letters.
LONGEST = 100
LONGEST_WORDS = 200

# Four digits or more, with what stands between those of a telephone's or a card's number.
NUMBER = re.compile(r"\+?\d(?:[\s().\-\u2010-\u2014]*\d){3,}")
ADDRESS = re.compile(r"@|://|\w\.\w{2,}/")


class Asked(NamedTuple):
    """A query as it is counted. Both texts are empty where only that somebody asked is kept."""

    words: str
    shown: str
    found: bool


def _write(times: Mapping[Asked, int]) -> None:
    actions.note_queries(times=times)


batch = Batch("queries", _write)


def _is_hidden(sign: str) -> bool:
    return not sign.isspace() and unicodedata.category(sign) in {"Cc", "Cf", "Cs"}


def kept(text: str) -> tuple[str, str]:
    """Return the normalised words and the text as typed, without what may name a person; both empty where it does."""
    if len(text) > LONGEST or ADDRESS.search(text):
        return "", ""
    visible = "".join(" " if sign.isspace() else sign for sign in text if not _is_hidden(sign))
    shown = " ".join(NUMBER.sub(" … ", visible).split())
    words = query_words(shown)
    if not words or any(is_patronymic(word) for word in words):
        return "", ""
    return " ".join(words)[:LONGEST_WORDS], shown[:LONGEST]


def note(text: str, *, found: int) -> None:
    """Count a search for this text; `found` says how much it found."""
    if settings.SEARCH_STATISTICS:
        batch.add({Asked(*kept(text), found > 0): 1})


def write_due(**_signal: Any) -> None:
    """Write what has been counted where it is time; called at the end of each request."""
    batch.write_when(seconds=SECONDS, most=MOST_QUERIES)
