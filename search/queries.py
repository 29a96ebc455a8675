import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from crowd.people.models import Person
from search.breaker import Breaker
from search.documents import Found, registry
from search.engines import DatabaseEngine, ElasticsearchEngine, EngineAway, SearchRequest, SearchResult
from search.lemmas import query_forms, query_groups, snippet

log = logging.getLogger(__name__)

PAGE_SIZE = 20
LAST_PAGE = 50
MOST_SIMILAR = 5
# Of the words of a new text, how many an older one must hold to be called similar.
ENOUGH = 0.4

breaker = Breaker()


@dataclass(frozen=True)
class Filters:
    """What narrows a search; what is empty does not."""

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
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < LAST_PAGE and self.total > self.page * PAGE_SIZE


def answer(request: SearchRequest) -> SearchResult:
    """Ask Elasticsearch where it is configured and not away, else the database."""
    if settings.ELASTICSEARCH_URL and breaker.may_try():
        try:
            result = ElasticsearchEngine().search(request)
        except EngineAway as error:
            breaker.failed()
            log.warning("search.away", extra={"error": str(error)})
        else:
            breaker.succeeded()
            return result
    return DatabaseEngine().search(request)


def is_ready() -> bool | None:
    """Say whether Elasticsearch can be reached; None where it is not configured."""
    return ElasticsearchEngine().answers() if settings.ELASTICSEARCH_URL else None


def search(
    text: str, *, kinds: Sequence[str] = (), filters: Filters | None = None, person: Person | None = None, page: int = 1
) -> Results:
    """Return one page of what matches all words of the text and may be seen by the person."""
    page = min(max(page, 1), LAST_PAGE)
    filters = filters or Filters()
    groups = query_groups(text)
    if not groups:
        return Results(text, page=page)
    result = answer(
        SearchRequest(
            groups=[frozenset(group) for group in groups],
            forms=query_forms(text),
            kinds=kinds or sorted(registry.kinds),
            offset=(page - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
            **vars(filters),
        )
    )
    hits = [_hit(found, text) for found in seen_by(person, result.refs)]
    return Results(text, hits, result.total, page)


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
    groups = [frozenset(group) for group in query_groups(text)]
    if not groups:
        return []
    request = SearchRequest(groups=groups, forms=query_forms(text), kinds=[kind], block_id=block_id, limit=limit)
    return [id_ for _, id_ in answer(request).refs]


def similar(kind: str, *, title: str, text: str = "", block_id: int | None = None) -> list[Found]:
    """Return at most five public things of the kind that share enough words with the title (and then the text)."""
    groups = [frozenset(group) for group in query_groups(f"{title}\n{text}")]
    if not groups:
        return []
    request = SearchRequest(
        groups=groups,
        forms=query_forms(title),
        kinds=[kind],
        block_id=block_id,
        least=ceil(len(groups) * ENOUGH),
        limit=MOST_SIMILAR * 2,
    )
    return seen_by(None, answer(request).refs)[:MOST_SIMILAR]
