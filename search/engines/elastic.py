"""The searching side of the Elasticsearch engine.

Only what the core of Elasticsearch 8 and 9 has is used: no scripts, no language analyzers; morphology is ours.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import elasticsearch_dsl as dsl
from elasticsearch import ApiError
from elasticsearch_dsl import query as q
from elasticsearch_dsl.function import SF

from search.documents import registry
from search.engines.base import (
    FACETS,
    MOST_VALUES,
    EngineAway,
    LikeRequest,
    NotUnderstood,
    SearchRequest,
    SearchResult,
    State,
    least_of,
)
from search.engines.elastic_documents import seal_of
from search.engines.elastic_writes import IndexWriter, reaching

DEEPEST = 10_000
ALL = "all"
EXACT, ROOT, PRESENT = 0.2, 0.5, 3.0
PAGE = 1000
ORDER = ("_score", {"created_at": "desc"}, "kind", {"object_id": "desc"})
# What to count is the same for most queries, and takes longer to put together than the query itself.
KNOWN_CHOICES = 256
SERVER_FAILS = 500
# More than any score that words give.
FAR_ABOVE = 1000.0


@contextmanager
def asking() -> Iterator[None]:
    """As `reaching`; a server that fails is away, and what it refuses is `NotUnderstood`: the other engine answers."""
    try:
        with reaching():
            yield
    except ApiError as error:
        if error.status_code >= SERVER_FAILS:
            raise EngineAway(str(error)) from error
        raise NotUnderstood(str(error)) from error


class ElasticsearchEngine(IndexWriter):
    name = "elasticsearch"

    def search(self, request: SearchRequest) -> SearchResult:
        if not any(request.groups):
            return SearchResult()
        asked: dict[str, Any] = {
            "query": _query(request).to_dict(),
            "sort": ORDER,
            "track_total_hits": True,
            "size": request.limit,
        }
        if chosen := _conditions(request.chosen()):
            asked["post_filter"] = q.Bool(filter=chosen).to_dict()
        if request.after:
            asked["search_after"] = list(request.after)
        elif request.offset + request.limit > DEEPEST:
            msg = "That deep it goes by places only."
            raise NotUnderstood(msg)
        else:
            asked["from"] = request.offset
        if request.facets:
            asked["aggs"] = _counts(tuple((name, tuple(request.chosen(but=name).items())) for name in FACETS))
        answer = self._ask(asked)
        hits = answer["hits"]["hits"]
        facets = _counted(answer)
        unfiltered = facets.pop(ALL, {}).get(ALL, 0)
        return SearchResult(
            _refs(hits), answer["hits"]["total"]["value"], tuple(hits[-1]["sort"]) if hits else (), facets, unfiltered
        )

    def alike(self, request: LikeRequest) -> SearchResult:
        answer = self._ask({"query": _like(request).to_dict(), "size": request.limit})
        refs = _refs(answer["hits"]["hits"])
        return SearchResult(refs, len(refs))

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Send what was built and return the answer as it came: objects around each part of it cost more than it."""
        with asking():
            return dict(self._client.search(index=self.read_alias, body={"_source": False, **asked}).body)

    def states(self, kind: str, ids: Sequence[int] | None = None) -> Iterator[State]:
        conditions: list[Any] = [q.Term(kind=kind)]
        if ids is not None:
            conditions.append(q.Terms(object_id=list(ids)))
        search = (
            dsl.Search(using=self._patient, index=self.read_alias)
            .query(q.Bool(filter=conditions))
            .source(excludes=["support"])
            .sort("object_id")
            .extra(version=True, size=PAGE)
        )
        with reaching():
            self._patient.indices.refresh(index=self.read_alias)
            while hits := search.execute().hits.hits:
                for hit in hits:
                    source = dict(hit["_source"])
                    is_whole = source.get("seal") == seal_of(source)
                    yield State(int(hit["sort"][0]), hit["_version"], source["digest"] if is_whole else "")
                search = search.extra(search_after=list(hits[-1]["sort"]))

    def answers(self) -> bool:
        """Say whether the server can be reached and its indexes can be read."""
        try:
            with reaching():
                return self._client.cluster.health().get("status") != "red"
        except EngineAway:
            return False


def _query(request: SearchRequest) -> q.Query:
    """Return what matches and how it is ordered.

    A word counts by its rarity and by how long the field is (BM25): in the title, which is short, more than in what a
    thing is about, there more than in what follows, and all that it gives is added up. As it was written it counts more
    than in another form. Where roots are asked for, a word's root counts half of the word, and each word that is there
    at all adds the same besides, so that what holds more of them comes first; what holds all words comes before all
    others, as the page says. Support and youth lift mildly: a thousand voices by two thirds, a new thing by a fifth of
    what an old one without voices has.
    """
    words = [_word(group) for group in request.groups if group]
    exact = [q.MultiMatch(query=form, fields=["title_forms", "body_forms"], boost=EXACT) for form in request.forms]
    if request.roots:
        least = least_of(len(request.roots))
        near = [_any_form(group) for group in request.roots]
        match = q.Bool(
            must=[q.Bool(should=near, minimum_should_match=least)],
            should=[*words, *(q.ConstantScore(filter=one, boost=PRESENT) for one in near), *exact],
        )
    else:
        match = q.Bool(must=words, should=exact)
    kinds = request.kinds or sorted(registry.kinds)
    of_kinds = [q.Terms(kind=list(kinds))] if kinds else []
    weights = {kind: registry.kinds[kind].weight for kind in kinds if kind in registry.kinds}
    lighter = {kind: weight for kind, weight in weights.items() if weight != 1}
    others = {"filter": q.Bool(must_not=[q.Terms(kind=list(lighter))])} if lighter else {}
    weighed = q.FunctionScore(
        query=q.Bool(must=[match], filter=of_kinds, must_not=_left_out(request)),
        functions=[
            SF("field_value_factor", field="support", modifier="log1p", missing=0, weight=0.1),
            SF("exp", created_at={"origin": "now/d", "scale": "365d", "decay": 0.5}, weight=0.2),
            SF({"weight": 1.0, **others}),
            *(SF({"weight": weight, "filter": q.Term(kind=kind)}) for kind, weight in lighter.items()),
        ],
        score_mode="sum",
        boost_mode="multiply",
    )
    if not request.roots:
        return weighed
    return q.Bool(must=[weighed], should=[q.ConstantScore(filter=q.Bool(must=words), boost=FAR_ABOVE)])


def _word(group: frozenset[str]) -> q.Query:
    return q.MultiMatch(
        query=" ".join(sorted(group)), fields=["title", "body", "more^0.8"], type="most_fields", operator="or"
    )


def _any_form(roots: frozenset[str]) -> q.Query:
    return q.MultiMatch(
        query=" ".join(sorted(roots)), fields=["title_roots", "body_roots"], type="most_fields", boost=ROOT
    )


@lru_cache(KNOWN_CHOICES)
def _counts(chosen: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]) -> dict[str, Any]:
    """Return what asks how many match by each value of each filter; `chosen`: by filter, the others that are set."""
    counts: dict[str, Any] = {ALL: dsl.A("filter", q.MatchAll())}
    for name, others in chosen:
        counts[name] = dsl.A("filter", q.Bool(filter=_conditions(dict(others))) if others else q.MatchAll())
        counts[name].bucket("values", "terms", field=FACETS[name], size=MOST_VALUES)
    return {name: count.to_dict() for name, count in counts.items()}


def _counted(answer: dict[str, Any]) -> dict[str, dict[str, int]]:
    counted = answer.get("aggregations", {})
    return {
        name: {str(one["key"]): one["doc_count"] for one in of_name["values"]["buckets"] if one["key"] != ""}
        if "values" in of_name
        else {name: of_name["doc_count"]}
        for name, of_name in counted.items()
    }


def _like(request: LikeRequest) -> q.Query:
    """Return the query for what shares three in ten of the telling words; the server chooses by how rare they are."""
    text = " ".join(lemma for group in request.groups for lemma in sorted(group))
    like = q.MoreLikeThis(
        fields=["title", "body"], like=text, min_term_freq=1, min_doc_freq=1, max_query_terms=25,
        minimum_should_match="30%",
    )  # fmt: skip
    return q.Bool(
        must=[like],
        should=[q.ConstantScore(filter=q.Term(block_id=request.first), boost=FAR_ABOVE)] if request.first else [],
        filter=[q.Term(kind=request.kind)],
        must_not=[q.Term(object_id=request.without)] if request.without is not None else [],
    )


def _left_out(request: SearchRequest) -> list[q.Query]:
    return [q.Ids(values=[f"{kind}:{id_}" for kind, id_ in request.without])] if request.without else []


def _refs(hits: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(kind, int(id_)) for kind, _, id_ in (hit["_id"].partition(":") for hit in hits)]


def _conditions(chosen: dict[str, Any]) -> list[q.Query]:
    return [q.Term(**{column: value}) for column, value in chosen.items()]
