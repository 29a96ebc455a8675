from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import methodcaller
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from crowd.people.models import Person
from search.asking import answer
from search.documents import Found, registry
from search.engines import ElasticsearchEngine, SearchRequest, SearchResult
from search.lemmas import snippet
from search.places import Place, read_place
from search.readings import Reading, readings, said
from search.trying import Tried, tried_before, tried_in_turn

PAGE_SIZE = 20
LAST_PAGE = 50
# How often it is asked again without what an index should not hold: each time it is a page of such at most.
MOST_ASKED_ANEW = 3


@dataclass(frozen=True)
class Filters:
    """What narrows a search; what is empty does not."""

    type: str = ""
    sector: str = ""
    municipality: str = ""
    status: str = ""
    tag: str = ""
    block_id: int | None = None


@dataclass(frozen=True)
class Hit:
    """One result: the thing as the database has it now, its title and text marked where the query hits."""

    found: Found
    label: Any
    title: SafeString
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    """One page of results. `total` counts what the index holds, which can run ahead of the database by a moment."""

    query: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1
    # What was looked for in the query's place, because nothing was found as it stands.
    instead: str = ""
    # How many hold all words, where others are shown besides; None where all do.
    whole: int | None = None
    # What else the query may have meant.
    suggestion: str = ""
    # By filter and value, how many match.
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    # The place where the next page goes on.
    after: str = ""

    @property
    def start(self) -> int:
        """The number of the page's first result."""
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int:
        return self.page + 1

    @property
    def has_previous(self) -> bool:
        return 1 < self.page <= LAST_PAGE + 1

    @property
    def has_next(self) -> bool:
        return self.total > self.page * PAGE_SIZE


def is_ready() -> bool | None:
    """Say whether Elasticsearch can be reached; None where it is not configured."""
    return ElasticsearchEngine().answers() if settings.ELASTICSEARCH_URL else None


def search(
    text: str,
    *,
    kinds: Sequence[str] = (),
    filters: Filters | None = None,
    person: Person | None = None,
    page: int = 1,
    after: str = "",
) -> Results:
    """Return one page of what matches the text and may be seen by the person.

    First what holds all words; where that is nothing, the query is read otherwise (`readings`); where it is little,
    what holds some of the words or their roots follows. `after` is the place that the page before ended at.
    """
    place = read_place(after)
    if place is None:
        page = min(max(page, 1), LAST_PAGE)
    filters = filters or Filters()
    shown: dict[tuple[str, int], Found] = {}

    def ask(reading: Reading, *, loose: bool) -> SearchResult:
        request = SearchRequest(
            groups=reading.groups,
            forms=reading.forms,
            roots=reading.roots if loose else (),
            kinds=kinds or sorted(registry.kinds),
            offset=(page - 1) * PAGE_SIZE,
            after=place.after if place else (),
            limit=PAGE_SIZE,
            facets=True,
            **vars(filters),
        )
        result, seen = _as_seen(request, person)
        shown.update(seen)
        return result

    tried = tried_before(text, place, ask) if place else tried_in_turn(text, ask)
    if tried is None:
        return Results(text, page=page)
    reading, result = tried.reading, tried.result
    found = [shown[ref] for ref in result.refs]
    read_as = said(reading, [f"{one.title} {one.text}" for one in found]) if reading.meant else reading.text
    return Results(
        text,
        [_hit(one, f"{read_as} {reading.also}") for one in found],
        result.total,
        page,
        instead=read_as if tried.number and result.total else "",
        whole=tried.whole,
        facets=result.facets,
        after=Place(tried.number, loose=tried.loose, after=list(result.after)).written,
        suggestion=_suggestion(text, tried, kinds) if page == 1 else "",
    )


def _suggestion(text: str, tried: Tried, kinds: Sequence[str]) -> str:
    """Return what else the query may have meant: a word that no dictionary knows, mended, where that finds more."""
    other = next((reading for reading in islice(readings(text), 1, None) if reading.meant), None)
    if tried.number or other is None:
        return ""
    request = SearchRequest(groups=other.groups, kinds=kinds or sorted(registry.kinds), limit=PAGE_SIZE)
    result, seen = _as_seen(request, None)
    if result.total <= tried.result.total:
        return ""
    return said(other, [f"{one.title} {one.text}" for one in seen.values()])


def _as_seen(request: SearchRequest, person: Person | None) -> tuple[SearchResult, dict[tuple[str, int], Found]]:
    """Ask, and return beside what is found what the database shows of it to the person now.

    What it does not show (any more) is left out, and it is asked anew: then no number tells of it either.
    """
    for _ in range(MOST_ASKED_ANEW):
        result = answer(methodcaller("search", request))
        seen = {(one.kind, one.id): one for one in seen_by(person, result.refs)}
        unseen = [ref for ref in result.refs if ref not in seen]
        if not unseen:
            return result, seen
        request = replace(request, without=[*request.without, *unseen])
    return replace(result, refs=list(seen), total=result.total - len(unseen)), seen


def seen_by(person: Person | None, refs: Sequence[tuple[str, int]]) -> list[Found]:
    """Return what of the results the database shows to the person now: one query per kind, the order kept."""
    ids: dict[str, list[int]] = {}
    for kind, id_ in refs:
        ids.setdefault(kind, []).append(id_)
    known = registry.kinds
    found = {kind: known[kind].found(ids[kind], person) for kind in ids if kind in known}
    return [found[kind][id_] for kind, id_ in refs if id_ in found.get(kind, {})]


def _hit(found: Found, text: str) -> Hit:
    return Hit(
        found,
        registry.kinds[found.kind].label,
        title=snippet(found.title, text, length=len(found.title)),
        snippet=snippet(found.text, text),
    )


def matching_ids(kind: str, text: str, *, block_id: int | None = None, limit: int = 1000) -> list[int]:
    """Return the ids of one kind (in one block) that match all words of the text, the best first.

    Not re-checked: whoever filters a list of its own by them reads its own rows. A text without a word matches nothing.
    """

    def ask(reading: Reading, *, loose: bool) -> SearchResult:
        request = SearchRequest(
            groups=reading.groups,
            forms=reading.forms,
            roots=reading.roots if loose else (),
            kinds=[kind],
            block_id=block_id,
            limit=limit,
        )
        return answer(methodcaller("search", request))

    tried = tried_in_turn(text, ask, few=1)
    return [id_ for _, id_ in tried.result.refs] if tried else []
