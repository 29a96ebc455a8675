"""What speaks of the same as a text: for whoever writes an idea, for a moderator who looks for duplicates."""

from operator import methodcaller
from typing import NamedTuple

from search.asking import answer
from search.documents import Found
from search.engines import LikeRequest
from search.lemmas import lemmas, query_groups, query_words
from search.queries import seen_by

MOST_SIMILAR = 5
# The words of the title say more than those of the text.
TITLE = 3


class Alike(NamedTuple):
    """A thing that speaks of the same; `score` tells how much, from 0 to 1, the same way for every engine."""

    found: Found
    score: float


def alike(
    kind: str,
    *,
    title: str,
    text: str = "",
    block_id: int | None = None,
    without: int | None = None,
    limit: int = MOST_SIMILAR,
) -> list[Alike]:
    """Return public things of the kind that share enough words with the title and the text, the likest first.

    Those of the block come first. `without` leaves one thing out: the one whose own text this is. The title is read
    first, the text as far as a query goes.
    """
    groups = [frozenset(group) for group in query_groups(f"{title}\n{text}")]
    if not groups:
        return []
    request = LikeRequest(groups=groups, kind=kind, first=block_id, without=without, limit=limit * 2)
    found = seen_by(None, answer(methodcaller("alike", request)).refs)
    return [Alike(one, likeness(title, text, one)) for one in found[:limit]]


def likeness(title: str, text: str, other: Found) -> float:
    """Return how much of the words of title and text the other thing holds, 0 to 1; a word of the title counts thrice.

    A share, not a distance: a long idea may say all that a short one says, and more.
    """
    held = {lemma for word in query_words(f"{other.title}\n{other.text}", most=None) for lemma in lemmas(word)}
    weights = dict.fromkeys(query_words(text), 1) | dict.fromkeys(query_words(title), TITLE)
    shared = sum(weight for word, weight in weights.items() if not held.isdisjoint(lemmas(word)))
    return round(shared / (sum(weights.values()) or 1), 2)
