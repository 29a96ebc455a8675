"""Words and phrases that editors say mean the same: a query for one asks for the others too, without a rebuild."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from crowd.memo import once
from search.lemmas import encode, lemmas, query_words, root
from search.models import Synonyms
from search.thesaurus import same_words

# A query that would ask for more sets of words than this is asked as it was typed.
MOST_GROUPS = 24
# So is one whose phrases can be chosen from in more ways: they would all be compared with each other.
MOST_CHOICES = 256

Phrase = tuple[str, ...]


class Widened(NamedTuple):
    """Sets of words, one of each of which must be there; and the words that were added."""

    sets: list[frozenset[str]]
    also: list[str]

    @property
    def groups(self) -> list[frozenset[str]]:
        """The encoded lemmas of each set."""
        return [frozenset(encode(lemma) for word in words for lemma in lemmas(word)) for words in self.sets]

    @property
    def roots(self) -> list[frozenset[str]]:
        """The encoded roots of each set."""
        return [frozenset(root(lemma) for word in words for lemma in lemmas(word)) for words in self.sets]


Same = tuple[Phrase, ...]
# By a lemma, the phrases whose first word may have come from it, each with all that mean the same.
Known = dict[str, list[tuple[Phrase, Same]]]


@once
def synonyms() -> Known:
    """Return the phrases that mean the same as others, the editors' first."""
    return _known_of((*(tuple(row.lines) for row in Synonyms.objects.order_by("pk")), *same_words()))


@lru_cache(2)
def _known_of(said: tuple[tuple[str, ...], ...]) -> Known:
    """Return them as they are looked up: put together anew only where an editor changed something."""
    return _known(tuple(tuple(query_words(phrase)) for phrase in phrases) for phrases in said)


def _known(said: Iterable[Same]) -> Known:
    known: Known = {}
    for phrases in said:
        for phrase in phrases:
            for lemma in lemmas(phrase[0]) if phrase else ():
                known.setdefault(lemma, []).append((phrase, phrases))
    return known


def same_as(word: str) -> Same:
    """Return what means the same as this one word; nothing where nobody says so."""
    phrase, others = _longest_at([word], synonyms())
    return tuple(one for one in others if one != phrase)


def widened(words: list[str], more: Sequence[Same] = ()) -> Widened:
    """Return what a query of these words asks for: where a phrase stands that has synonyms, any of them will do.

    «Any of the phrases» is written as sets of which one word each must be there (a conjunctive normal form): «мфц» or
    «мои документы» is (мфц, мои) and (мфц, документы). That the words of a phrase stand together is not asked. `more`
    holds what means the same in this query only.
    """
    everywhere, here = synonyms(), _known(more)
    groups, also, at = [], [], 0
    while at < len(words):
        phrase, others = _longest_at(words[at:], everywhere, here)
        if not phrase:
            groups.append(frozenset([words[at]]))
            at += 1
            continue
        if prod(map(len, others)) > MOST_CHOICES:
            return _as_typed(words)
        groups += [frozenset(choice) for choice in product(*others)]
        also += [word for one in others for word in one]
        at += len(phrase)
    # Where one of few words must be there, so must one of these and more: nothing is asked for twice.
    needed = [group for group in dict.fromkeys(groups) if not any(other < group for other in groups)]
    if len(needed) > MOST_GROUPS:
        return _as_typed(words)
    return Widened(needed, also)


def _as_typed(words: list[str]) -> Widened:
    return Widened([frozenset([word]) for word in words], [])


def _longest_at(words: list[str], *known: Known) -> tuple[Phrase, Same]:
    """Return the longest phrase that the words begin with, and all that mean the same; empty where none does."""
    begun = [one for of_lemma in known for lemma in lemmas(words[0]) for one in of_lemma.get(lemma, ())]
    standing = [one for one in begun if _stands(one[0], words)]
    return max(standing, key=lambda pair: len(pair[0]), default=((), ()))


def _stands(phrase: Phrase, words: list[str]) -> bool:
    return len(phrase) <= len(words) and all(
        not set(lemmas(one)).isdisjoint(lemmas(other)) for one, other in zip(phrase, words, strict=False)
    )
