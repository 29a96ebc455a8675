"""How well each way of searching orders what people look for: nDCG@10 over queries that were graded by reading.

The corpus is the residents' appeals and the demonstration's public ideas; the grades (0 to 3, what is not named is 0)
stand in `tests/search/judged.jsonl`. Beside our two engines: every word of the query by plain `icontains`, and
Elasticsearch with its standard analyzer over the same texts.
"""

import io
import json
import sys
from collections.abc import Callable, Iterable
from functools import reduce
from math import log2
from operator import and_
from pathlib import Path
from typing import Any, NamedTuple

BASE = Path(__file__).resolve().parent.parent
JUDGED = BASE / "tests" / "search" / "judged.jsonl"
APPEALS = BASE.parent / "shared" / "data" / "appeals.ru.jsonl"
DEPTH = 10
PLAIN_INDEX = "crowd-bench-standard"

Searcher = Callable[[str], list[int]]


class Query(NamedTuple):
    """A graded query: how well (1 to 3) each idea, by its id, answers it."""

    text: str
    kind: str
    grades: dict[int, int]


def ndcg(found: Iterable[int], grades: dict[int, int], depth: int = DEPTH) -> float:
    """Return the normalised discounted cumulative gain of the first `depth`, 0 to 1.

    Gain 2^grade − 1, discount log2(place + 1): K. Järvelin and J. Kekäläinen, «Cumulated gain-based evaluation of IR
    techniques» (2002), in the form of C. Burges et al., «Learning to rank using gradient descent» (2005).
    """

    def gain(values: Iterable[int]) -> float:
        return sum((2**value - 1) / log2(place + 2) for place, value in enumerate(values))

    best = gain(sorted(grades.values(), reverse=True)[:depth])
    return gain(grades.get(id_, 0) for id_ in list(found)[:depth]) / best if best else 0.0


def corpus() -> dict[str, int]:
    """Fill the database with the demonstration and the appeals; return ids by the names that grades use."""
    from django.core.management import call_command

    from ideas.models import Idea
    from tests.factories.pages import cycle

    call_command("load_demo", stdout=io.StringIO())
    names = {f"idea:{title}": pk for pk, title in Idea.objects.listed().values_list("pk", "title")}
    parent = cycle()
    call_command("import_ideas", str(APPEALS), cycle=parent.pk, stdout=io.StringIO(), stderr=io.StringIO())
    rows = list(Idea.objects.filter(cycle=parent).order_by("pk").values_list("pk", flat=True))
    if len(rows) != len(lines(APPEALS)):
        raise ValueError("not every appeal is in the database")
    return names | {f"appeal:{number}": pk for number, pk in enumerate(rows, 1)}


def lines(path: Path) -> list[Any]:
    """Return what each line of a JSONL file holds; only a line feed ends a line."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def judged(names: dict[str, int]) -> list[Query]:
    """Return the graded queries; grades of what is not public here are left out."""
    read = [
        Query(row["query"], row["kind"], {names[key]: grade for key, grade in row["grades"].items() if key in names})
        for row in lines(JUDGED)
    ]
    return [query for query in read if query.grades]


def by_engine(text: str) -> list[int]:
    """Search as `/search/` does, ideas only."""
    from search.queries import search

    return [hit.found.id for hit in search(text, kinds=["idea"]).hits[:DEPTH]]


def by_icontains(text: str) -> list[int]:
    """Search as the peers without an engine do: every word as a part of title or text, the newest first."""
    from django.db.models import Q

    from ideas.models import Idea

    words = text.split()
    condition = reduce(
        and_, (Q(title__icontains=w) | Q(problem__icontains=w) | Q(solution__icontains=w) for w in words)
    )
    found = Idea.objects.listed().filter(condition).order_by("-published_at", "-pk")
    return list(found.values_list("pk", flat=True)[:DEPTH])


def standard_analyzer(client: Any) -> Searcher:
    """Index the same texts as they stand, with what Elasticsearch does unless told otherwise."""
    from elasticsearch.helpers import bulk

    from ideas.documents import documents

    client.indices.delete(index=PLAIN_INDEX, ignore_unavailable=True)
    bulk(
        client,
        (
            {"_index": PLAIN_INDEX, "_id": one.id, "_source": {"title": one.title, "body": one.body}}
            for one in documents(None)
        ),
        refresh=True,
    )

    def search(text: str) -> list[int]:
        match = {"multi_match": {"query": text, "fields": ["title^4", "body"]}}
        answer = client.search(index=PLAIN_INDEX, query=match, size=DEPTH, source=False)
        return [int(hit["_id"]) for hit in answer["hits"]["hits"]]

    return search


def means(searcher: Searcher, queries: list[Query]) -> dict[str, float]:
    """Return the mean nDCG@10 over all queries (`all`) and over those of each kind."""
    scores: dict[str, list[float]] = {}
    for query in queries:
        score = ndcg(searcher(query.text), query.grades)
        for kind in ("all", query.kind):
            scores.setdefault(kind, []).append(score)
    return {kind: sum(values) / len(values) for kind, values in scores.items()}


def measure() -> dict[str, dict[str, float]]:
    """Return the means of each way of searching that can run here, by its name."""
    from django.conf import settings

    from search.engines import engines
    from search.upkeep import rebuild_quietly

    queries = judged(corpus())
    for engine in engines():
        rebuild_quietly(engine)
    ways: dict[str, dict[str, float]] = {}
    address = settings.ELASTICSEARCH_URL
    if address:
        from elasticsearch import Elasticsearch

        client = Elasticsearch(address)
        ways["elasticsearch engine"] = means(by_engine, queries)
        ways["standard analyzer"] = means(standard_analyzer(client), queries)
        client.indices.delete(index=PLAIN_INDEX)
    settings.ELASTICSEARCH_URL = ""
    try:
        ways["database engine"] = means(by_engine, queries)
    finally:
        settings.ELASTICSEARCH_URL = address
    ways["icontains"] = means(by_icontains, queries)
    return ways


def run() -> dict[str, Any]:
    """Measure in the database at hand and print; empty, aloud, where the appeals are not there."""
    if not APPEALS.exists():
        print(f"relevance: not measured, the appeals are not here ({APPEALS.name})", file=sys.stderr)
        return {}
    ways = measure()
    kinds = list(next(iter(ways.values())))
    width = max(map(len, kinds))
    print(f"{'nDCG@10':<{width}}  " + "  ".join(ways))
    for kind in kinds:
        print(f"{kind:<{width}}  " + "  ".join(f"{values[kind]:>{len(name)}.3f}" for name, values in ways.items()))
    return {"relevance": ways}
