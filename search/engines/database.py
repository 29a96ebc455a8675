"""The database engine: Wagtail's own search backend (SQLite FTS5, PostgreSQL) over encoded lemmas.

The backend decides what matches. The order is ours and the same on both databases: words found in the title, then
words found there exactly as written, then support, then the newer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import combinations, islice
from math import log
from operator import and_
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry
from wagtail.search.query import And, Or, PlainText, SearchQuery

from search.documents import Document, DocumentKind, registry
from search.engines.base import FACETS, MOST_VALUES, LikeRequest, Ref, SearchRequest, SearchResult, State, least_of
from search.lemmas import indexed
from search.models import SearchEntry, SearchEntryQuerySet

BATCH = 200
# What an entry that was never written has: older than any row.
UNWRITTEN = -1
TITLE, EXACT = 4, 1
# More than the words of a query give together.
WHOLE = 10_000
RARITY = 10
# Of the telling words of a new text, by their rarity, how much an older one must hold to be called similar.
ENOUGH = 0.3
MOST_TELLING = 8

T = TypeVar("T")
Locked = dict[tuple[str, int], SearchEntry]
WRITTEN = tuple(
    field.name
    for field in SearchEntry._meta.concrete_fields  # noqa: SLF001 - Django's documented name
    if field.name not in ("id", "kind", "object_id")
)


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut into lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def entry_of(document: Document) -> SearchEntry:
    """Return the row that holds the document. Texts stand between blanks, so that « word » finds a whole word."""
    title, below = indexed(document.title), indexed(f"{document.body}\n{document.more}")
    roots = " ".join(dict.fromkeys(f"{title.roots} {below.roots}".split()))
    return SearchEntry(
        kind=document.kind,
        object_id=document.id,
        version=document.version,
        state=SearchEntry.State.PRESENT,
        digest=document.digest,
        title=f" {title.terms} ",
        body=f" {below.terms} ",
        roots=f" {roots} ",
        title_forms=f" {title.forms} ",
        campaign_id=document.campaign_id,
        block_id=document.block_id,
        sector=document.sector,
        municipality=document.municipality,
        status=document.status,
        tags="".join(["|", *(f"{tag}|" for tag in document.tags)]) if document.tags else "",
        support=document.support,
        created_at=document.created_at,
    )


def lock(refs: Iterable[tuple[str, int]]) -> Locked:
    """Return the entries of these, locked, made where there was none.

    Made in one order and locked in one order, so that two workers wait for each other and never in a ring.
    """
    wanted = sorted(set(refs))
    SearchEntry.objects.bulk_create(
        [SearchEntry(kind=kind, object_id=id_, version=UNWRITTEN) for kind, id_ in wanted], ignore_conflicts=True
    )
    condition = Q(pk__in=[])
    for kind in sorted({kind for kind, _ in wanted}):
        condition |= Q(kind=kind, object_id__in=[id_ for of, id_ in wanted if of == kind])
    rows = SearchEntry.objects.select_for_update().filter(condition).order_by("pk")
    return {(row.kind, row.object_id): row for row in rows.only("kind", "object_id", "version", "state")}


def write(entries: Sequence[SearchEntry], locked: Locked) -> None:
    """Write locked entries and their rows in Wagtail's index."""
    if not entries:
        return
    for entry in entries:
        entry.pk = None
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["kind", "object_id"], update_fields=WRITTEN
    )
    for entry in entries:
        entry.pk = locked[entry.kind, entry.object_id].pk
    get_search_backend().add_bulk(SearchEntry, entries)


def empty(refs: Sequence[Ref], locked: Locked) -> None:
    """Leave of locked entries only that they are gone, and since which version."""
    gone = [SearchEntry(kind=ref.kind, object_id=ref.id, version=ref.version) for ref in refs]
    if not gone:
        return
    SearchEntry.objects.bulk_create(
        gone, update_conflicts=True, unique_fields=["kind", "object_id"], update_fields=WRITTEN
    )
    backend = get_search_backend()
    for ref in refs:
        backend.delete(locked[ref.kind, ref.id])


class DatabaseEngine:
    name = "database"

    def index(self, documents: Iterable[Document]) -> None:
        for batch in batches(documents):
            # A document may come twice; one statement can write a row only once, so the newest stays.
            newest = {(document.kind, document.id): document for document in sorted(batch, key=lambda d: d.version)}
            entries = [entry_of(document) for document in newest.values()]
            with transaction.atomic():
                locked = lock(newest)
                write([e for e in entries if e.version >= locked[e.kind, e.object_id].version], locked)

    def delete(self, refs: Iterable[Ref]) -> None:
        for batch in batches(refs):
            newest = {(ref.kind, ref.id): ref for ref in sorted(batch, key=lambda ref: ref.version)}
            with transaction.atomic():
                locked = lock(newest)
                empty([ref for key, ref in newest.items() if ref.version >= locked[key].version], locked)

    def search(self, request: SearchRequest) -> SearchResult:
        if not any(request.groups):
            return SearchResult()
        query = _query(request)
        entries = SearchEntry.objects.present()
        if request.kinds:
            entries = entries.filter(kind__in=request.kinds)
        for kind, id_ in request.without:
            entries = entries.exclude(kind=kind, object_id=id_)
        found = self._ordered(query, _narrowed(entries, request.chosen()), self._relevance(request))
        refs = [(entry.kind, entry.object_id) for entry in found[request.offset : request.offset + request.limit]]
        # A page that is not full is the last one, and says by itself how many there are.
        is_last = len(refs) < request.limit and (refs or not request.offset)
        total = request.offset + len(refs) if is_last else found.count()
        if not request.facets:
            return SearchResult(refs, total)
        backend = get_search_backend()
        unfiltered = backend.search(query, entries, order_by_relevance=False).count() if request.chosen() else total
        return SearchResult(refs, total, facets=_counted(query, entries, request), unfiltered=unfiltered)

    def alike(self, request: LikeRequest) -> SearchResult:
        telling = self._telling([group for group in request.groups if group])
        if not telling:
            return SearchResult()
        matched = _sum(_holds(group, "title", "body") * Value(rarity) for group, rarity in telling)
        entries = SearchEntry.objects.present().filter(kind=request.kind)
        if request.without is not None:
            entries = entries.exclude(object_id=request.without)
        is_first = Case(When(block_id=request.first, then=1), default=0, output_field=IntegerField())
        ordered = (
            entries.only("kind", "object_id")
            .annotate(matched=matched)
            .order_by(is_first.desc(), Cast(matched, IntegerField()).desc(), F("object_id").desc())
        )
        query = Or([_any(group) for group, _ in telling])
        best = get_search_backend().search(query, ordered, order_by_relevance=False)[: request.limit]
        least = ENOUGH * sum(rarity for _, rarity in telling)
        refs = [(entry.kind, entry.object_id) for entry in best if entry.matched >= least]
        return SearchResult(refs, len(refs))

    def _telling(self, groups: Sequence[frozenset[str]]) -> list[tuple[frozenset[str], int]]:
        """Return the rarest of the words that are there at all, with their rarity: what is everywhere tells nothing."""
        known = [(group, rarity) for group, rarity, count in zip(groups, *self._rarities(groups), strict=True) if count]
        return sorted(known, key=lambda pair: pair[1], reverse=True)[:MOST_TELLING]

    def _relevance(self, request: SearchRequest) -> Combinable:
        """Return how well a row answers: words in the title, words as written; by roots also how many, and how rare.

        What holds all words comes before what holds some. One number of the same kind on both databases, where
        Elasticsearch has BM25.
        """
        in_title = _sum(_holds(group, "title") for group in request.groups if group)
        exact = _sum(_holds([form], "title_forms") for form in request.forms)
        if not request.roots:
            return (in_title * Value(TITLE) + exact * Value(EXACT)) * _kind_weight()
        terms: list[Combinable] = []
        for group, roots, rarity in zip(request.groups, request.roots, self._rarities(request.roots)[0], strict=True):
            terms += [_holds(roots, "roots") * Value(rarity + RARITY), _holds(group, "title", "body") * Value(rarity)]
            terms.append(_holds(group, "title") * Value(rarity))
        whole = _all_held([group for group in request.groups if group]) * Value(WHOLE)
        return (_sum(terms) + exact * Value(RARITY) + whole) * _kind_weight()

    def _rarities(self, groups: Sequence[frozenset[str]]) -> tuple[list[int], list[int]]:
        """Return for each set how rare it is, and how many hold it.

        The inverse document frequency (K. Spärck Jones, 1972; as BM25 smoothes it), in tenths.
        """
        entries = SearchEntry.objects.present()
        backend, total = get_search_backend(), entries.count()
        counts = [backend.search(_any(group), entries, order_by_relevance=False).count() for group in groups]
        return [round(RARITY * log(1 + (total - count + 0.5) / (count + 0.5))) + 1 for count in counts], counts

    def _ordered(self, query: SearchQuery, entries: SearchEntryQuerySet, relevance: Combinable):  # type: ignore[no-untyped-def]  # noqa: ANN202 - Wagtail's results, untyped
        newest = F("created_at").desc(nulls_last=True)
        # No bare names here: Wagtail takes those for fields that must be in its index.
        ordered = entries.only("kind", "object_id").order_by(
            Cast(relevance, IntegerField()).desc(), F("support").desc(), newest, F("kind").asc(), F("object_id").desc()
        )
        return get_search_backend().search(query, ordered, order_by_relevance=False)

    def states(self, kind: str, ids: Sequence[int] | None = None) -> Iterator[State]:
        searchable = IndexEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(SearchEntry), object_id=Cast(OuterRef("pk"), CharField())
        )
        entries = SearchEntry.objects.present().filter(Exists(searchable), kind=kind).order_by("object_id")
        if ids is not None:
            entries = entries.filter(object_id__in=ids)
        return (State(*row) for row in entries.values_list("object_id", "version", "digest").iterator())

    def repair(self, kind: DocumentKind, ids: Sequence[int]) -> None:
        """Read behind the lock: another writer has read before us, or waits for us and is judged by its version."""
        for batch in batches(ids):
            with transaction.atomic():
                locked = lock((kind.name, id_) for id_ in batch)
                bring_level_locked(kind, batch, locked)

    def rebuild(self, kinds: Iterable[DocumentKind]) -> Iterator[int]:
        for kind in kinds:
            known = set(SearchEntry.objects.present().filter(kind=kind.name).values_list("object_id", flat=True))
            for documents in batches(kind.documents(None)):
                ids = [document.id for document in documents]
                self.repair(kind, ids)
                known.difference_update(ids)
                yield len(ids)
            for rest in batches(sorted(known)):
                self.repair(kind, rest)


def bring_level_locked(kind: DocumentKind, ids: Sequence[int], locked: Locked) -> None:
    """Write the present state of what is locked, whatever version its entry claims."""
    from search.documents import GONE

    versions = kind.versions(ids)
    entries = [entry_of(document) for document in kind.documents(ids)]
    write(entries, locked)
    present = {entry.object_id for entry in entries}
    empty([Ref(kind.name, id_, versions.get(id_, GONE)) for id_ in ids if id_ not in present], locked)


def _query(request: SearchRequest) -> SearchQuery:
    """Return what matches, the same as Elasticsearch's: all words, or the roots of two of them."""
    if not request.roots:
        return And([_any(group) for group in request.groups if group])
    roots = [_any(group) for group in request.roots]
    least = least_of(len(roots))
    return Or([And(list(some)) if least > 1 else some[0] for some in combinations(roots, least)])


def _any(tokens: Iterable[str]) -> SearchQuery:
    return Or([PlainText(token) for token in sorted(tokens)])


def _narrowed(entries: SearchEntryQuerySet, chosen: dict[str, Any]) -> SearchEntryQuerySet:
    for column, value in chosen.items():
        entries = entries.filter(**({"tags__contains": f"|{value}|"} if column == "tags" else {column: value}))
    return entries


def _counted(query: SearchQuery, entries: SearchEntryQuerySet, request: SearchRequest) -> dict[str, dict[str, int]]:
    """Return how many match by each value of each filter, all other filters as they are set."""
    counts: dict[str, dict[str, int]] = {}
    for name, column in FACETS.items():
        narrowed = _narrowed(entries, request.chosen(but=name))
        by_value = get_search_backend().search(query, narrowed, order_by_relevance=False).facet(column)
        of_name: Counter[str] = Counter()
        for value, count in by_value.items():
            for one in str(value).strip("|").split("|") if value not in (None, "") else ():
                of_name[one] += count
        counts[name] = dict(of_name.most_common(MOST_VALUES))
    return counts


def _kind_weight() -> Case:
    """Return in tenths how much a hit of the row's kind counts."""
    lighter = [
        When(kind=kind.name, then=round(kind.weight * 10)) for kind in registry.kinds.values() if kind.weight != 1
    ]
    return Case(*lighter, default=10, output_field=IntegerField())


def _holding(tokens: Iterable[str], *columns: str) -> Q:
    condition = Q()
    for token in sorted(tokens):
        for column in columns:
            condition |= Q(**{f"{column}__contains": f" {token} "})
    return condition


def _holds(tokens: Iterable[str], *columns: str) -> Case:
    return Case(When(_holding(tokens, *columns), then=1), default=0, output_field=IntegerField())


def _all_held(groups: Iterable[Iterable[str]]) -> Case:
    condition = reduce(and_, (_holding(group, "title", "body") for group in groups), Q())
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _sum(terms: Iterable[Combinable]) -> Combinable:
    total: Combinable = Value(0)
    for term in terms:
        total = total + term
    return total
