"""What rules over lemmas and signs have against a text. Pure; table tests hold what they find and what they let be."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crowd.moderation.machine.hints import Hint, Span
from crowd.moderation.machine.personal import personal_data
from crowd.moderation.machine.vocabulary import ADVERTISING, INSULTS, OBSCENE, SOLD_ONLY
from search.lemmas import Token, lemmas, parts, plain, tokenize

# Raised when the rules change, so that what waits is looked at anew.
RULES = 1

# How much each remark says that something is wrong.
PERSONAL_WEIGHT, INSULT_WEIGHT, ADVERTISING_WEIGHT = 0.8, 0.7, 0.6
LINK_WEIGHT, LINKS_WEIGHT = 0.3, 0.6
LOOKALIKES_WEIGHT, SHOUTING_WEIGHT, REPEATS_WEIGHT = 0.4, 0.2, 0.1

FEWEST_ADVERTISING = 4
MANY_LINKS = 3
FEWEST_LOOKALIKES = 2
# Abbreviations are capitals too: only longer words shout, and only many letters of them.
LONGEST_ABBREVIATION, FEWEST_SHOUTED, SHOUTED_SHARE = 4, 25, 0.6
SAME_WORD = 4

LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()«»\"]+"
    r"|(?<![\w@.-])(?:[\w-]+\.)+(?:ru|рф|su|com|net|org|info|biz|pro|site|online|shop|store|club|top|xyz|me)\b(?:/\S*)?",
    re.IGNORECASE,
)
# Sites of the state and of the region's own offices: a link there is a source.
OFFICIAL = ("gov.ru", "gosuslugi.ru", "admhmao.ru", "kremlin.ru", "pravo.gov.ru", "mos.ru", "госуслуги.рф", "мфц.рф")
REPEATED_SIGN = re.compile(r"([^\W\d_])\1{4,}|([!?])\2{5,}", re.IGNORECASE)
LATIN, CYRILLIC = re.compile("[a-z]", re.IGNORECASE), re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True)
class Watched:
    """What editors want to be told of: phrases as the lemmas of their words, by what they are (`insult` and so on)."""

    phrases: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = ()


NOTHING_WATCHED = Watched()


def phrase_of(words: str) -> tuple[frozenset[str], ...]:
    """Return the phrase as it is looked for: the possible lemmas of each of its words."""
    return tuple(frozenset(lemmas(token.word)) for token in tokenize(words))


def hints_in(text: str, *, own_host: str = "", watched: Watched = NOTHING_WATCHED) -> tuple[Hint, ...]:
    """Return all that rules have against the text, the gravest first."""
    tokens = list(tokenize(text))
    found = [
        *_personal(text),
        *_insults(tokens, watched),
        *_advertising(tokens, watched),
        *_links(text, own_host),
        *_lookalikes(text, tokens),
        *_shouting(text, tokens),
        *_repeats(text, tokens),
    ]
    return tuple(sorted(found, key=lambda hint: -hint.weight))


def _personal(text: str) -> Iterator[Hint]:
    places: dict[str, list[Span]] = {}
    for one in personal_data(text):
        places.setdefault(one.code, []).append(Span(one.start, one.end))
    for code, spans in places.items():
        yield Hint(code, PERSONAL_WEIGHT, tuple(spans))


def _insults(tokens: Sequence[Token], watched: Watched) -> Iterator[Hint]:
    spans = [Span(token.start, token.end) for token in tokens if _is_insult(token.word)]
    spans += _watched_in(tokens, watched, "insult")
    if spans:
        yield Hint("insult", INSULT_WEIGHT, tuple(sorted(set(spans))))


def _is_insult(word: str) -> bool:
    pieces = [part for part in parts(word) if part]
    if any(piece.startswith(OBSCENE) for piece in pieces):
        return True
    # The likeliest dictionary form alone: «стерва» may be «стерво», «суке» hardly anything else.
    return any(lemmas(piece)[0] in INSULTS for piece in pieces)


def _advertising(tokens: Sequence[Token], watched: Watched) -> Iterator[Hint]:
    strong, weak = list(_watched_in(tokens, watched, "advertising")), []
    for token in tokens:
        forms = frozenset(lemmas(token.word))
        if forms & SOLD_ONLY:
            strong.append(Span(token.start, token.end))
        elif forms & ADVERTISING:
            weak.append((next(iter(forms & ADVERTISING)), Span(token.start, token.end)))
    # Different words, and many among the others: a long complaint about a shop holds some of them too.
    kinds = len({lemma for lemma, _span in weak})
    if kinds >= FEWEST_ADVERTISING and len(weak) * 8 >= len(tokens):
        strong += [span for _lemma, span in weak]
    if strong:
        yield Hint("advertising", ADVERTISING_WEIGHT, tuple(sorted(set(strong))))


def _watched_in(tokens: Sequence[Token], watched: Watched, code: str) -> Iterator[Span]:
    phrases = [phrase for kind, phrase in watched.phrases if kind == code and phrase]
    if not phrases:
        return
    forms = [frozenset(lemmas(token.word)) for token in tokens]
    for phrase in phrases:
        for at in range(len(tokens) - len(phrase) + 1):
            if all(forms[at + place] & wanted for place, wanted in enumerate(phrase)):
                yield Span(tokens[at].start, tokens[at + len(phrase) - 1].end)


def _links(text: str, own_host: str) -> Iterator[Hint]:
    known = (own_host, *OFFICIAL) if own_host else OFFICIAL
    spans = [Span(*match.span()) for match in LINK.finditer(text) if not _is_of(_host_of(match.group()), known)]
    if spans:
        yield Hint("links", LINKS_WEIGHT if len(spans) >= MANY_LINKS else LINK_WEIGHT, tuple(spans))


def _host_of(link: str) -> str:
    try:
        host = urlsplit(link if "://" in link else f"//{link}").hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.").rstrip(".,;:!?")


def _is_of(host: str, known: Collection[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in known)


def _lookalikes(text: str, tokens: Sequence[Token]) -> Iterator[Hint]:
    """Words of both alphabets that are read as Russian ones: how lists of forbidden words are dodged."""
    spans = [Span(token.start, token.end) for token in tokens if _is_disguised(text[token.start : token.end])]
    if len(spans) >= FEWEST_LOOKALIKES:
        yield Hint("lookalikes", LOOKALIKES_WEIGHT, tuple(spans))


def _is_disguised(written: str) -> bool:
    return bool(LATIN.search(written) and CYRILLIC.search(written)) and not LATIN.search(plain(written))


def _shouting(text: str, tokens: Sequence[Token]) -> Iterator[Hint]:
    words = [text[token.start : token.end] for token in tokens]
    letters = [letter for word in words if len(word) > LONGEST_ABBREVIATION for letter in word if letter.isalpha()]
    shouted = sum(letter.isupper() for letter in letters)
    if shouted >= FEWEST_SHOUTED and shouted >= SHOUTED_SHARE * len(letters):
        yield Hint("shouting", SHOUTING_WEIGHT)


def _repeats(text: str, tokens: Sequence[Token]) -> Iterator[Hint]:
    spans = [Span(*match.span()) for match in REPEATED_SIGN.finditer(text)]
    for at in range(len(tokens) - SAME_WORD + 1):
        run = tokens[at : at + SAME_WORD]
        if len({token.word for token in run}) == 1 and not run[0].word.isdecimal():
            spans.append(Span(run[0].start, run[-1].end))
    if spans:
        yield Hint("repeats", REPEATS_WEIGHT, tuple(sorted(set(spans))))


def words_of(text: str) -> list[str]:
    """Return what the text says, however it is spelt: the likeliest lemma of each word, in their order."""
    return [lemmas(token.word)[0] for token in tokenize(text)]
