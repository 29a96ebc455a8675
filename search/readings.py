"""What a query may have meant: as it stands, and where nothing is found so, without its slips."""

from collections.abc import Iterator
from typing import NamedTuple

from search.lemmas import is_known, lemmas, mended_words, query_forms, query_words, tokenize
from search.slips import from_other_keys
from search.synonyms import Widened, same_as, widened


class Reading(NamedTuple):
    """One way to read a query: a set of encoded lemmas per word, the words as written, and what they say.

    `meant` holds for each mended word the words it may stand for, `also` the synonyms that are asked for too; `text` is
    what to say was looked for.
    """

    text: str
    groups: list[frozenset[str]]
    forms: list[str]
    meant: dict[str, tuple[str, ...]]
    also: str = ""
    roots: list[frozenset[str]] = []


def readings(text: str) -> Iterator[Reading]:
    """Return the readings of a query, to be tried in turn: the next only where the one before finds nothing."""
    yield _as_it_stands(text)
    if swapped := _from_other_keys(text):
        yield _as_it_stands(swapped)
        return
    if mended := _mended(text):
        yield mended


def _as_it_stands(text: str) -> Reading:
    wide = widened(query_words(text), list(_written_as_one(text)))
    return Reading(text, wide.groups, query_forms(text), {}, " ".join(wide.also), wide.roots)


def _written_as_one(text: str) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Return for each hyphenated word that its parts mean what the word without a hyphen means, and its synonyms."""
    for token in tokenize(text):
        if "-" in token.word:
            joined = token.word.replace("-", "")
            yield tuple(filter(None, token.word.split("-"))), (joined,), *same_as(joined)


def _from_other_keys(text: str) -> str:
    """Return the text in the other layout, "" where it is not full of Russian words so."""
    swapped = from_other_keys(text)
    words = query_words(swapped)
    return swapped if swapped != text and words and all(is_known(word) or same_as(word) for word in words) else ""


def _mended(text: str) -> Reading | None:
    words = query_words(text)
    meant = {word: found for word in words if (found := mended_words(word))}
    if not meant:
        return None
    wide = Widened([frozenset((word, *meant.get(word, ()))) for word in words], [])
    return Reading(text, wide.groups, [], meant, roots=wide.roots)


def said(reading: Reading, texts: list[str]) -> str:
    """Return the query with each mended word as what was found says it most: «остоновка» becomes «остановка»."""
    shown = " ".join(texts)
    held: dict[str, int] = {}
    for token in tokenize(shown):
        for lemma in lemmas(token.word):
            held[lemma] = held.get(lemma, 0) + 1
    words = []
    for word in query_words(reading.text):
        choices = reading.meant.get(word, ())
        best = max(choices, key=lambda one: sum(held.get(lemma, 0) for lemma in lemmas(one)), default=word)
        words.append(best)
    return " ".join(words)
