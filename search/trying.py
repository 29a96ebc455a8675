"""In which order the readings of a query are tried, and when some of its words are enough."""

from itertools import islice
from typing import NamedTuple, Protocol

from search.engines import SearchResult
from search.places import Place
from search.readings import Reading, readings

# With fewer that hold all words, those that hold some of them are shown besides: half a page.
FEW = 10


class Ask(Protocol):
    def __call__(self, reading: Reading, *, loose: bool) -> SearchResult: ...


class Tried(NamedTuple):
    """The reading that found something, or the last; `whole` counts what holds all words, where others are there."""

    number: int
    reading: Reading
    result: SearchResult
    loose: bool = False
    whole: int | None = None


def tried_in_turn(text: str, ask: Ask, *, few: int = FEW) -> Tried | None:
    """Ask for all words of each reading until something is found; where that is `few`, for some of the words too.

    How many that is goes by what is found with no filter set: a filter narrows what is found and adds nothing. None
    where the text has no word.
    """
    tried = None
    for number, reading in enumerate(readings(text)):
        if not reading.groups:
            break
        tried = Tried(number, reading, ask(reading, loose=False))
        if _found(tried.result):
            break
    if tried is None or _found(tried.result) >= few:
        return tried
    loose = ask(tried.reading, loose=True)
    if _found(loose) <= _found(tried.result):
        return tried
    return Tried(tried.number, tried.reading, loose, loose=True, whole=_found(tried.result))


def tried_before(text: str, place: Place, ask: Ask) -> Tried | None:
    """Ask as the page before was asked."""
    reading = next(islice(readings(text), place.number, None), None)
    if reading is None or not reading.groups:
        return None
    return Tried(place.number, reading, ask(reading, loose=place.loose), loose=place.loose)


def _found(result: SearchResult) -> int:
    return result.unfiltered or result.total
