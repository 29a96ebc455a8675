"""The Elasticsearch engine.

An index has a name of its own (`crowd-search-<moment>`) and a writing alias of its own (`….write`). Deliveries write
through every writing alias there is, so while a rebuild fills a new index they keep both. The reading alias
(`crowd-search`) names the one complete index; a rebuild moves it at its end, in one step, and drops the rest. A write
that comes after that goes through an alias which is gone, and is refused rather than making an index of its own
accord (`require_alias`).

No write is lost in between: who resolved the aliases before the new index stood has read the database before that too,
and the rebuild reads it after; who resolves them later writes to both, and versions settle which of two writes stays.

Only what the core of Elasticsearch 8 and 9 has is used: no scripts, no language analyzers; morphology is ours.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import elasticsearch_dsl as dsl
from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import streaming_bulk
from elasticsearch_dsl import query as q
from elasticsearch_dsl.function import SF

from crowd import clock
from search.documents import Document, DocumentKind
from search.engines.base import EngineAway, NotIndexed, Ref, SearchRequest, SearchResult, State, bring_level
from search.lemmas import index_forms, index_terms

log = logging.getLogger(__name__)

SEARCH_SECONDS = 1.0
WRITE_SECONDS = 20.0
DEEPEST = 10_000
PAGE = 1000
CHUNK = 500
CHUNK_BYTES = 8 * 1024 * 1024
AWAY_STATUSES = frozenset({408, 429, 502, 503, 504})
CONFLICT, NOT_FOUND = 409, 404

# Encoded lemmas hold letters and blanks only.
Lemmas = {"analyzer": "whitespace", "index_options": "freqs"}


class SearchDocument(dsl.Document):
    kind = dsl.Keyword()
    object_id = dsl.Long()
    digest = dsl.Keyword(index=False)
    title = dsl.Text(**Lemmas)
    body = dsl.Text(**Lemmas)
    title_forms = dsl.Text(**Lemmas)
    body_forms = dsl.Text(**Lemmas)
    campaign_id = dsl.Long()
    block_id = dsl.Long()
    sector = dsl.Keyword()
    municipality = dsl.Keyword()
    status = dsl.Keyword()
    tags = dsl.Keyword()
    support = dsl.Long()
    created_at = dsl.Date()

    class Meta:
        dynamic = dsl.MetaField("strict")

    class Index:
        settings = {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            # How long the version of what was deleted is remembered: no delivery is later than that.
            "gc_deletes": "1h",
        }


@lru_cache(4)
def _client(url: str) -> Elasticsearch:
    return Elasticsearch(url, request_timeout=SEARCH_SECONDS, max_retries=0, retry_on_timeout=False)


@contextmanager
def reaching() -> Iterator[None]:
    """Turn what says «not there» into `EngineAway`; what says «wrong» stays an error."""
    try:
        yield
    except ApiError as error:
        if error.status_code in AWAY_STATUSES or isinstance(error, NotFoundError):
            raise EngineAway(str(error)) from error
        raise
    except TransportError as error:
        raise EngineAway(str(error)) from error


def source_of(document: Document) -> dict[str, Any]:
    """Return what is indexed of the document."""
    return {
        "kind": document.kind,
        "object_id": document.id,
        "digest": document.digest,
        "title": index_terms(document.title),
        "body": index_terms(document.body),
        "title_forms": index_forms(document.title),
        "body_forms": index_forms(document.body),
        "campaign_id": document.campaign_id,
        "block_id": document.block_id,
        "sector": document.sector,
        "municipality": document.municipality,
        "status": document.status,
        "tags": list(document.tags),
        "support": document.support,
        "created_at": document.created_at.isoformat(),
    }


def _writing(document: Document) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_id": f"{document.kind}:{document.id}",
        "_source": source_of(document),
        "version": document.version,
        "version_type": "external_gte",
    }


def _deleting(ref: Ref) -> dict[str, Any]:
    return {
        "_op_type": "delete",
        "_id": f"{ref.kind}:{ref.id}",
        "version": ref.version,
        "version_type": "external_gte",
    }


class ElasticsearchEngine:
    name = "elasticsearch"

    def __init__(self, url: str = "", prefix: str = "") -> None:
        self._client = _client(url or settings.ELASTICSEARCH_URL)
        self._patient = self._client.options(request_timeout=WRITE_SECONDS)
        self.read_alias = f"{prefix or settings.ELASTICSEARCH_PREFIX}-search"

    def index(self, documents: Iterable[Document]) -> None:
        self._write_everywhere(_writing(document) for document in documents)

    def delete(self, refs: Iterable[Ref]) -> None:
        self._write_everywhere(_deleting(ref) for ref in refs)

    def search(self, request: SearchRequest) -> SearchResult:
        groups = [group for group in request.groups if group]
        if not groups or request.offset + request.limit > DEEPEST:
            return SearchResult()
        search = (
            dsl.Search(using=self._client, index=self.read_alias)
            .query(_query(request))
            .source(False)
            .sort("_score", {"created_at": "desc"}, "kind", {"object_id": "desc"})
            .extra(track_total_hits=True)
        )[request.offset : request.offset + request.limit]
        with reaching():
            answer = search.execute()
        refs = [(kind, int(id_)) for kind, _, id_ in (hit.meta.id.partition(":") for hit in answer)]
        return SearchResult(refs, len(refs) if request.least is not None else answer.hits.total.value)

    def states(self, kind: str, ids: Sequence[int] | None = None) -> Iterator[State]:
        conditions: list[Any] = [q.Term(kind=kind)]
        if ids is not None:
            conditions.append(q.Terms(object_id=list(ids)))
        search = (
            dsl.Search(using=self._patient, index=self.read_alias)
            .query(q.Bool(filter=conditions))
            .source(["digest"])
            .sort("object_id")
            .extra(version=True, size=PAGE)
        )
        with reaching():
            self._patient.indices.refresh(index=self.read_alias)
            while hits := search.execute().hits.hits:
                for hit in hits:
                    yield State(int(hit["sort"][0]), hit["_version"], hit["_source"]["digest"])
                search = search.extra(search_after=list(hits[-1]["sort"]))

    def repair(self, kind: DocumentKind, ids: Sequence[int]) -> None:
        bring_level(self, kind, ids)

    def rebuild(self, kinds: Iterable[DocumentKind]) -> Iterator[int]:
        with reaching():
            new = self._create()
            for kind in kinds:
                yield from self._write([f"{new}.write"], map(_writing, kind.documents(None)), strict=True)
            self._patient.indices.refresh(index=new)
            self._swap(new)

    def is_complete(self) -> bool:
        """Say whether there is an index to read; raise `EngineAway` where that cannot be asked."""
        with reaching():
            return bool(self._client.indices.exists_alias(name=self.read_alias))

    def answers(self) -> bool:
        """Say whether the server can be reached and its indexes can be read."""
        try:
            with reaching():
                return self._client.cluster.health().get("status") != "red"
        except EngineAway:
            return False

    def refresh(self) -> None:
        """Make what was written visible to searches at once."""
        with reaching():
            self._patient.indices.refresh(index=self.read_alias)

    def drop(self) -> None:
        """Delete all indexes of this prefix."""
        with reaching():
            self._delete_indexes(self._indexes())

    def _create(self) -> str:
        # The suffix keeps two rebuilds within one second apart.
        name = f"{self.read_alias}-{clock.now():%Y%m%d%H%M%S}-{uuid.uuid4().hex[:6]}"
        index = SearchDocument._index.clone(name, using=self._patient)  # noqa: SLF001 - the library's documented way
        index.document(SearchDocument)
        index.aliases(**{f"{name}.write": {}})
        index.create()
        return name

    def _swap(self, new: str) -> None:
        """Let readers see the new index and nothing but it, in one step; drop the others, unfinished ones too."""
        others = [name for name in self._indexes() if name != new]
        removals = [{"remove": {"index": name, "alias": self.read_alias, "must_exist": False}} for name in others]
        additions = [{"add": {"index": new, "alias": self.read_alias}}]
        self._patient.indices.update_aliases(actions=[*removals, *additions])
        self._delete_indexes(others)

    def _delete_indexes(self, names: Sequence[str]) -> None:
        for name in names:
            self._patient.indices.delete(index=name, ignore_unavailable=True)

    def _indexes(self) -> list[str]:
        return sorted(self._patient.indices.get_alias(name=f"{self.read_alias}-*.write").body)

    def _write_everywhere(self, actions: Iterable[dict[str, Any]]) -> None:
        listed = list(actions)
        if not listed:
            return
        with reaching():
            aliases = [f"{name}.write" for name in self._indexes()]
            for _ in self._write(aliases, listed):
                pass

    def _write(
        self, aliases: Sequence[str], actions: Iterable[dict[str, Any]], *, strict: bool = False
    ) -> Iterator[int]:
        """Send the actions to every alias, in bulk; yield 1 for each that was answered.

        An older version than the index holds is no error. An alias that is gone is one only where `strict`.
        """
        refused: list[str] = []
        answers = streaming_bulk(
            self._patient,
            (action | {"_index": alias} for action in actions for alias in aliases),
            chunk_size=CHUNK,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            require_alias=True,
        )
        for written, answer in answers:
            ((operation, item),) = answer.items()
            if not written and (problem := _problem(operation, item, strict=strict)):
                refused.append(problem)
            yield 1
        if refused:
            raise NotIndexed("; ".join(refused[:5]))


def _problem(operation: str, item: dict[str, Any], *, strict: bool) -> str:
    """Return what is wrong with an answer of the bulk; nothing where it is as it may be."""
    status, error = item.get("status"), item.get("error") or {}
    if status in AWAY_STATUSES:
        raise EngineAway(str(error))
    if status == CONFLICT:
        return ""
    if status == NOT_FOUND and ((operation == "delete" and not error) or not strict):
        return ""
    return f"{item.get('_id')}: {error}"


def _query(request: SearchRequest) -> q.Query:
    words = [
        q.MultiMatch(query=" ".join(sorted(group)), fields=["title^4", "body"], operator="or")
        for group in request.groups
        if group
    ]
    exact = [q.MultiMatch(query=form, fields=["title_forms^2", "body_forms"]) for form in request.forms]
    if request.least is None:
        match = q.Bool(must=words, should=exact, filter=_conditions(request))
    else:
        match = q.Bool(should=words, minimum_should_match=request.least, filter=_conditions(request))
    return q.FunctionScore(
        query=match,
        functions=[
            SF("field_value_factor", field="support", modifier="log1p", missing=0, weight=0.1),
            SF("exp", created_at={"origin": "now/d", "scale": "365d", "decay": 0.5}, weight=0.2),
            SF({"weight": 1.0}),
        ],
        score_mode="sum",
        boost_mode="multiply",
    )


def _conditions(request: SearchRequest) -> list[q.Query]:
    conditions: list[q.Query] = []
    if request.kinds:
        conditions.append(q.Terms(kind=list(request.kinds)))
    exact = {"block_id": request.block_id, "tags": request.tag}
    exact |= {name: getattr(request, name) for name in ("sector", "municipality", "status")}
    conditions += [q.Term(**{name: value}) for name, value in exact.items() if value not in (None, "")]
    return conditions
