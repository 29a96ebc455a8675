"""Words and their lemmas: what both engines index and ask for, so that they find the same.

A text is cut into words once, here. Each word becomes the dictionary forms it may have come from («стали»: стать and
сталь), each of them written in the letters a–z only (see `encode`): SQLite folds й into и, PostgreSQL takes numbers,
hosts and hyphens apart, Elasticsearch does neither; a token of plain letters is one token to all three.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import pymorphy3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.slips import in_one_alphabet, mended

MOST_QUERY_CHARACTERS = 1000
MOST_QUERY_WORDS = 16
LONGEST_WORD = 64
MOST_LEMMAS = 5
KNOWN_WORDS = 100_000
SNIPPET = 260
# Five letters tell most Russian roots with their prefix apart, and drop most endings and suffixes.
ROOT, SHORTEST_ROOT = 5, 3
UNSTEADY = "аеиоуыэюяьй"

# A word: letters and digits, with the marks that can stand on or within it (stress, soft hyphen), joined by hyphens.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d"
_RUN = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
WORD = re.compile(rf"{_RUN}(?:[-\u2010\u2011]{_RUN})*")
HYPHENS = re.compile("[-\u2010\u2011]")
# Stress and invisible joints say nothing about which word it is; the breve of й does.
UNHEARD = dict.fromkeys([0x300, 0x301, 0xAD, *range(0x200B, 0x200E)])

_SAY_LITTLE = """
    а без бы был была были было быть в вам вас ваш ваша ваше вашего вашей ваши весь во вот все всего всех вы где да для
    до его ее если есть еще же за и из из-за или им их к как ко когда кого кому который которая которое которые кто куда
    ли либо мало меня мне много мной может можно мое моего моей мой мою моя мы на над надо нам нами нас наш наша наше
    нашего нашей нашем нашу наши не него нее нельзя нет ни них но ну нужно о об однако он она они оно опять от откуда
    очень по под почему при про просто с сам сама сами свой своя свое себя сколько снова со так также такой там те тебе
    тебя тем то того тоже той только том тут ты у уже хотя чего чей чем что чтобы чье чья эта эти это этот я здесь зачем
    the a an of to in on at is are and or for
"""
STOP_WORDS = frozenset(_SAY_LITTLE.split())

_CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхц", "abvgdejziyklmnoprstufhc", strict=True)) | {
    letter: f"q{code}" for letter, code in zip("чшщъыьэюя", "hsxjyqeua", strict=True)
}
_LATIN = {letter: f"w{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}
_DIGITS = {str(digit): f"x{letter}" for digit, letter in enumerate("abcdefghij")}
_CODES = _CYRILLIC | _LATIN | _DIGITS
_HEX = str.maketrans("0123456789abcdef", "abcdefghijklmnop")

_loading = threading.Lock()
_analyzer: pymorphy3.MorphAnalyzer | None = None


class Token(NamedTuple):
    """A word where it stands in the original text: `text[start:end]`; `word` is its plain form."""

    word: str
    start: int
    end: int


def _morphology() -> pymorphy3.MorphAnalyzer:
    global _analyzer  # noqa: PLW0603 - loaded once per process, at the first word: it takes 0.2 s and 40 MB
    if _analyzer is None:
        with _loading:
            if _analyzer is None:
                _analyzer = pymorphy3.MorphAnalyzer()
    return _analyzer


@lru_cache(KNOWN_WORDS)
def _plain(word: str) -> str:
    composed = unicodedata.normalize("NFKC", word).translate(UNHEARD).lower().replace("ё", "е")
    return "-".join(map(in_one_alphabet, HYPHENS.split(composed)))[:LONGEST_WORD]


def plain(word: str) -> str:
    """Return the word in lower case, ё as е, hyphens alike, without stress marks and soft hyphens, at most 64 long.

    Latin letters that stand in a Russian word for what looks alike are Russian ones.
    """
    # Only words of a usual length are kept: a cache of the longest would hold what anybody sends.
    return _plain(word) if len(word) <= LONGEST_WORD else _plain.__wrapped__(word)


def tokenize(text: str) -> Iterator[Token]:
    """Return the words of the text with their places in it."""
    for match in WORD.finditer(text):
        if word := plain(match.group()):
            yield Token(word, match.start(), match.end())


@lru_cache(KNOWN_WORDS)
def lemmas(word: str) -> tuple[str, ...]:
    """Return the dictionary forms that the word may have come from, the likeliest first; ё as е.

    What is not Russian passes in lower case.
    """
    word = plain(word)
    if not any("а" <= letter <= "я" for letter in word):
        return (word,)
    forms = (plain(parse.normal_form) for parse in _morphology().parse(word))
    return tuple(dict.fromkeys(forms))[:MOST_LEMMAS] or (word,)


def is_known(word: str) -> bool:
    """Say whether the dictionary knows each part of the word."""
    return all(_morphology().word_is_known(part) for part in plain(word).split("-"))


@lru_cache(KNOWN_WORDS)
def is_patronymic(word: str) -> bool:
    """Say whether the word is most likely somebody's patronymic: «Петрович», «Ивановны»."""
    return "Patr" in _morphology().parse(plain(word))[0].tag


def mended_words(word: str) -> tuple[str, ...]:
    """Return the words that may have been meant by one that no dictionary knows; none where it is known."""
    return mended(plain(word), _morphology())


def parts(word: str) -> tuple[str, ...]:
    """Return the word and, where it is hyphenated, what it is made of, and how it is written as one.

    «онлайн-запись»: «онлайн», «запись», «онлайнзапись».
    """
    return (word, *(part for part in word.split("-") if part), word.replace("-", "")) if "-" in word else (word,)


@lru_cache(KNOWN_WORDS)
def encode(word: str) -> str:
    """Return the word in letters a–z, different words differently: a code where no letter's code begins another's."""
    return "".join(_CODES.get(letter) or f"xz{f'{ord(letter):06x}'.translate(_HEX)}" for letter in word)


class Indexed(NamedTuple):
    """What the engines index of a text, each in the order of its words, blank between."""

    terms: str
    forms: str
    roots: str


NO_WORDS = Indexed("", "", "")


def _closed(words: list[str]) -> str:
    return f"{' '.join(words)} " if words else ""


class _Pieces(dict[str, tuple[str, str, str]]):
    """What is indexed of pieces of text that were met before: found in half of the time that `lru_cache` takes.

    Only pieces of a usual length are kept, as words are. Full, it begins anew: what is frequent is soon back.
    """

    def __missing__(self, piece: str) -> tuple[str, str, str]:
        made = _piece(piece)
        if len(piece) <= LONGEST_WORD:
            if len(self) >= KNOWN_WORDS:
                self.clear()
            self[piece] = made
        return made


_pieces = _Pieces()


def _piece(piece: str) -> tuple[str, str, str]:
    """Return the parts of `Indexed`, each ending in a blank or empty: many are put one after the other."""
    words = [token.word for token in tokenize(piece)]
    terms = (dict.fromkeys(encode(lemma) for part in parts(word) for lemma in lemmas(part)) for word in words)
    roots = (
        dict.fromkeys(root(lemma) for part in parts(word) for lemma in lemmas(part))
        for word in words
        if word not in STOP_WORDS
    )
    forms = [encode(part) for word in words for part in parts(word)]
    return _closed(list(chain.from_iterable(terms))), _closed(forms), _closed(list(chain.from_iterable(roots)))


def indexed(text: str) -> Indexed:
    """Return all that is indexed of the text, read once: no word holds a blank, and most pieces were met before."""
    columns = zip(*map(_pieces.__getitem__, text.split()), strict=True)
    return Indexed(*("".join(column)[:-1] for column in columns)) if text.strip() else NO_WORDS


def index_terms(text: str) -> str:
    """Return what the engines index of the text: the encoded lemmas of its words, in their order, blank between."""
    return indexed(text).terms


def root(lemma: str) -> str:
    """Return the encoded beginning of a lemma, which words of one root mostly share: «остановка», «остановить».

    Without the vowels at its end: «школа» and «школьный». Marked, so that it is no word's code.
    """
    beginning = lemma.rstrip(UNSTEADY)[:ROOT].rstrip(UNSTEADY)
    return f"xr{encode(beginning if len(beginning) >= SHORTEST_ROOT else lemma)}"


def index_roots(text: str) -> str:
    """Return the encoded roots of the text's words, in their order, blank between; stop words have none."""
    return indexed(text).roots


def query_roots(text: str) -> list[frozenset[str]]:
    """Return for each word of the query the set of its encoded roots."""
    return [frozenset(root(lemma) for lemma in lemmas(word)) for word in query_words(text)]


def index_forms(text: str) -> str:
    """Return the encoded words as they were written: what an exact hit is recognised by."""
    return indexed(text).forms


def query_words(text: str, *, most: int | None = MOST_QUERY_WORDS) -> list[str]:
    """Return the words that a query asks for: at most 16 (`most`; None: all of the text's), stop words only alone.

    A hyphenated word is asked for by its parts, since it is indexed by them too.
    """
    words: dict[str, None] = {}
    for token in tokenize(text if most is None else text[:MOST_QUERY_CHARACTERS]):
        words.update(dict.fromkeys(filter(None, token.word.split("-"))))
    telling = [word for word in words if word not in STOP_WORDS]
    return (telling or list(words))[:most]


def query_groups(text: str) -> list[set[str]]:
    """Return for each word of the query the set of its encoded lemmas: one of each set must be there."""
    return [{encode(lemma) for lemma in lemmas(word)} for word in query_words(text)]


def query_forms(text: str) -> list[str]:
    """Return the words of the query as written, encoded."""
    return [encode(word) for word in query_words(text)]


def _is_meant(token: Token, wanted: frozenset[str]) -> bool:
    return any(lemma in wanted for part in parts(token.word) for lemma in lemmas(part))


def _as_far_as_shown(text: str, wanted: frozenset[str], length: int) -> tuple[list[Token], list[Token]]:
    """Return the words of the text and those of them that are meant, as far as a cut can reach from the first hit."""
    tokens, hits = [], []
    for token in tokenize(text):
        if hits and token.start > hits[0].start + length:
            break
        tokens.append(token)
        if _is_meant(token, wanted):
            hits.append(token)
    return tokens, hits


def _marked(text: str, start: int, end: int, hits: Sequence[Token]) -> SafeString:
    pieces, place = [], start
    for hit in hits:
        pieces += [escape(text[place : hit.start]), "<mark>", escape(text[hit.start : hit.end]), "</mark>"]
        place = hit.end
    pieces.append(escape(text[place:end]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of the text is escaped above


def _window(text: str, tokens: Sequence[Token], hit: int, length: int) -> tuple[int, int]:
    """Return where to cut about `length` characters with a third of them before the hit, between words."""
    if len(text) <= length:
        return 0, len(text)
    lead = length // 3
    start = next((token.start for token in tokens if token.start >= hit - lead), 0) if hit > lead else 0
    if len(text) <= start + length:
        return start, len(text)
    return start, max((token.end for token in tokens if token.end <= start + length), default=start + length)


def snippet(text: str, query: str, length: int = SNIPPET) -> SafeString:
    """Return about `length` characters of the original text around the first hit, as HTML with the hits in <mark>.

    Without a hit it is the beginning of the text. Cut between words, with … where something was left out.
    """
    wanted = frozenset(lemma for word in query_words(query) for lemma in lemmas(word))
    tokens, hits = _as_far_as_shown(text, wanted, length)
    start, end = _window(text, tokens, hits[0].start if hits else 0, length)
    body = _marked(text, start, end, [hit for hit in hits if hit.start >= start and hit.end <= end])
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return mark_safe(f"{before}{body}{after}")  # noqa: S308 - `body` is escaped, the rest is ours
