"""How like a text is to what moderators of this site have refused. Pure, and without a library: a sum over its lemmas.

What the weights are is learned by `training.py`, by a command, never within a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Any

from crowd.moderation.machine.hints import Hint
from crowd.moderation.machine.personal import personal_data
from search.lemmas import STOP_WORDS, is_patronymic, lemmas, tokenize

SHORTEST_LEMMA = 3
# Beneath this it says nothing; a guess of a half is none.
LIKELY = 0.6
# Even where it is sure it is a guess: a rule says more.
LEARNED_WEIGHT = 0.6
# Beyond this the exponent says no more.
FARTHEST = 30.0


@dataclass(frozen=True)
class Weights:
    """A logistic regression: what each lemma adds to the logarithm of the odds that a text is refused."""

    intercept: float = 0.0
    lemmas: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Weights":
        return cls(kept["intercept"], kept["lemmas"])


def telling_lemmas(text: str) -> frozenset[str]:
    """Return the lemmas by which a text is judged: of words that mean something, and of nothing that is personal."""
    places = personal_data(text)
    words = (token for token in tokenize(text) if not any(one.start <= token.start < one.end for one in places))
    return frozenset(lemmas(token.word)[0] for token in words if _tells(token.word))


def chance_of_refusal(text: str, weights: Weights) -> float:
    """Return how likely it is, from 0 to 1, that a moderator refuses the text, as far as its words tell."""
    total = weights.intercept + sum(weights.lemmas.get(lemma, 0.0) for lemma in telling_lemmas(text))
    return 1 / (1 + exp(-max(-FARTHEST, min(FARTHEST, total))))


def learned_hint(text: str, weights: Weights | None) -> list[Hint]:
    """Return the hint that a text is like those that were refused, where it is."""
    chance = chance_of_refusal(text, weights) if weights else 0.0
    return [Hint("learned", round(LEARNED_WEIGHT * chance, 3), percent=round(chance * 100))] if chance >= LIKELY else []


def _tells(word: str) -> bool:
    is_word = len(word) >= SHORTEST_LEMMA and word.replace("-", "").isalpha()
    return is_word and word not in STOP_WORDS and not is_patronymic(word)
