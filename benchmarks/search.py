"""Search over 100,000 ideas made of the residents' appeals: what our layers cost above the server they ask.

Both sides of a ratio take turns in one run, query by query, and go first in turns. «Raw» sends the very requests that
our side was seen to send, byte by byte, by the low-level client, and reads nothing of the answer but its JSON.
Needs ELASTICSEARCH_URL; without it the database engine alone is timed. The database engine is timed on SQLite in a
process of its own, and on PostgreSQL where DATABASE_URL names one.

    python -m benchmarks search --ideas 10000
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import quantiles
from typing import Any, NamedTuple

from benchmarks.appeals import APPEALS, BASE, lines

JUDGED = BASE / "tests" / "search" / "judged.jsonl"
ASKED_AS = ("one word", "inflected", "several words", "everyday")
# How often each query is asked on each side, and how many new texts look for what is similar.
TIMES, TIMES_IN_DATABASE, LIKE, LIKE_IN_DATABASE = 4, 1, 100, 25
WRITTEN, AT_ONCE = 20_000, 500
MARK = "search in a database: "


class Sent(NamedTuple):
    """One request as our side sent it."""

    method: str
    target: str
    body: Any
    headers: dict[str, str]


class Asked(NamedTuple):
    """A query with all that our side made of it."""

    words: tuple[str, ...]
    requests: list[Any]
    sent: list[Sent]


Ask = Callable[[Asked], object]


def run(ideas: int) -> dict[str, Any]:
    """Measure and print; empty, aloud, where the appeals are not there."""
    if not APPEALS.exists():
        print(f"search: left out, the appeals are not here ({APPEALS.name}).", file=sys.stderr)
        return {}
    from django.conf import settings

    from benchmarks.databases import own_database

    results: dict[str, Any] = {"ideas": ideas}
    print(f"search over {ideas} ideas")
    with own_database() as vendor:
        fill(ideas)
        if settings.ELASTICSEARCH_URL:
            results["indexing"] = _indexing()
            print_indexing(results["indexing"])
            results["asking"] = _asking()
            print_asking(results["asking"])
        else:
            print("search: ELASTICSEARCH_URL is not set, the database engine alone is timed.", file=sys.stderr)
        results["database engine"] = {vendor: database_engine()}
        print_database_engine(vendor, results["database engine"][vendor])
    if vendor == "sqlite":
        print(
            "search: DATABASE_URL names no PostgreSQL, the database engine is timed on SQLite alone.", file=sys.stderr
        )
    else:
        results["database engine"] |= _on_sqlite(ideas)
        print_database_engine("sqlite", results["database engine"]["sqlite"])
    return {"search": results}


def fill(ideas: int) -> None:
    from benchmarks.appeals import write_ideas
    from benchmarks.databases import analyze

    write_ideas(ideas)
    analyze()


def _queries() -> list[tuple[str, ...]]:
    return [(row["query"],) for row in lines(JUDGED) if row["kind"] in ASKED_AS]


def _new_texts(count: int) -> list[tuple[str, ...]]:
    """Return titles and texts as somebody might be typing them: an appeal's title, and how its text begins."""
    appeals = lines(APPEALS)
    step = len(appeals) // count
    return [(one["title"], one["text"][:300]) for one in appeals[::step][:count]]


# --- both sides of asking


def _search(asked: tuple[str, ...]) -> object:
    from search.queries import search

    return search(asked[0], kinds=["idea"])


def _alike(asked: tuple[str, ...]) -> object:
    from search.similar import alike

    return alike("idea", title=asked[0], text=asked[1])


@contextmanager
def _seen(engine: type[Any]) -> Iterator[tuple[list[Any], list[Sent]]]:
    """See what is asked of the engine, and what it sends to its server."""
    from elastic_transport import Transport

    requests: list[Any] = []
    sent: list[Sent] = []
    kept = {name: getattr(engine, name) for name in ("search", "alike")}
    send = Transport.perform_request

    def seeing(name: str) -> Callable[..., Any]:
        def ask(self: Any, request: Any) -> Any:
            requests.append((name, request))
            return kept[name](self, request)

        return ask

    def sending(self: Any, method: str, target: str, **how: Any) -> Any:
        sent.append(Sent(method, target, how.get("body"), dict(how.get("headers") or {})))
        return send(self, method, target, **how)

    for name in kept:
        setattr(engine, name, seeing(name))
    Transport.perform_request = sending  # type: ignore[method-assign,assignment]
    try:
        yield requests, sent
    finally:
        Transport.perform_request = send  # type: ignore[method-assign]
        for name, method in kept.items():
            setattr(engine, name, method)


def _watched(
    engine: type[Any], whole: Callable[[tuple[str, ...]], object], queries: list[tuple[str, ...]]
) -> list[Asked]:
    asked = []
    for words in queries:
        with _seen(engine) as (requests, sent):
            whole(words)
        asked.append(Asked(words, list(requests), list(sent)))
    return asked


def _raw(client: Any) -> Ask:
    transport = client.transport

    def ask(asked: Asked) -> None:
        for one in asked.sent:
            transport.perform_request(one.method, one.target, body=one.body, headers=one.headers)

    return ask


def _layer(engine: Any, read: Callable[[tuple[str, ...]], object]) -> Ask:
    """Return what reads the words, builds the query, sends it, and reads what came: the layer without the database."""

    def ask(asked: Asked) -> None:
        read(asked.words)
        for name, request in asked.requests:
            getattr(engine, name)(request)

    return ask


def _read_query(words: tuple[str, ...]) -> object:
    from search.readings import readings

    return next(readings(words[0]))


def _read_text(words: tuple[str, ...]) -> object:
    from search.lemmas import query_groups

    return query_groups("\n".join(words))


def _in_turns(sides: dict[str, Ask], asked: Sequence[Asked], times: int) -> dict[str, list[float]]:
    """Return how many milliseconds each query took on each side, as in a request each. Who goes first changes."""
    from crowd.memo import one_reading
    from crowd.pages_cache.shown import Shown

    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(times):
        for place, one in enumerate(asked):
            names = list(sides)
            shift = (turn + place) % len(names)
            for name in names[shift:] + names[:shift]:
                start = time.perf_counter()
                with one_reading(Shown(kept=False)):
                    sides[name](one)
                taken[name].append((time.perf_counter() - start) * 1000)
    return taken


def _told(taken: list[float]) -> dict[str, float]:
    cuts = quantiles(taken, n=20, method="inclusive")
    return {"p50_ms": cuts[9], "p95_ms": cuts[18]}


def _asking() -> dict[str, Any]:
    from django.conf import settings
    from elasticsearch import Elasticsearch

    from search.engines import ElasticsearchEngine

    engine, client = ElasticsearchEngine(), Elasticsearch(settings.ELASTICSEARCH_URL)
    results: dict[str, Any] = {}
    for what, whole, read, queries in (
        ("search", _search, _read_query, _queries()),
        ("similar", _alike, _read_text, _new_texts(LIKE)),
    ):
        asked = _watched(ElasticsearchEngine, whole, queries)
        sides: dict[str, Ask] = {
            "raw": _raw(client),
            "query layer": _layer(engine, read),
            "whole": lambda one, whole=whole: whole(one.words),  # type: ignore[misc]
        }
        _in_turns(sides, asked, 1)
        results[what] = {name: _told(taken) for name, taken in _in_turns(sides, asked, TIMES).items()}
    return results


# --- writing


def _indexing() -> dict[str, float]:
    """Return documents a second: raw, ours with a warm cache of lemmas, ours with a cold one, and a whole rebuild."""
    from search.documents import registry
    from search.engines import ElasticsearchEngine

    kind = registry.kinds["idea"]
    engine = ElasticsearchEngine()
    start = time.perf_counter()
    count = sum(1 for _ in engine.rebuild([kind]))
    rebuilt = count / (time.perf_counter() - start)
    engine.refresh()

    from itertools import islice

    documents = list(islice(kind.documents(None), WRITTEN))
    ours, beside = ElasticsearchEngine(prefix="bench-ours"), ElasticsearchEngine(prefix="bench-raw")
    try:
        for one in (ours, beside):
            for _ in one.rebuild([]):
                pass
        rates = _written(ours, beside, documents)
    finally:
        ours.drop()
        beside.drop()
    return rates | {"rebuild": rebuilt}


def _written(ours: Any, beside: Any, documents: list[Any]) -> dict[str, float]:
    from search.engines.elastic_documents import writing

    ready = [writing(document) for document in documents]
    batches = range(0, len(documents), AT_ONCE)
    seconds = {"raw": 0.0, "warm": 0.0, "cold": 0.0}

    def timed(name: str, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        seconds[name] += time.perf_counter() - start

    alias = next(iter(beside._client.indices.get_alias(name=f"{beside.read_alias}-*.write").body)) + ".write"  # noqa: SLF001 - what raw writes to
    for number, at in enumerate(batches):
        turns: list[tuple[str, Callable[[], object]]] = [
            ("raw", lambda at=at: _bulk(beside, alias, ready[at : at + AT_ONCE])),  # type: ignore[misc]
            ("warm", lambda at=at: ours.index(documents[at : at + AT_ONCE])),  # type: ignore[misc]
        ]
        for name, work in turns if number % 2 else reversed(turns):
            timed(name, work)
    forget_lemmas()
    for at in batches:
        timed("cold", lambda at=at: ours.index(documents[at : at + AT_ONCE]))  # type: ignore[misc]
    return {name: len(documents) / taken for name, taken in seconds.items()}


def _bulk(engine: Any, alias: str, ready: list[dict[str, Any]]) -> None:
    lines: list[dict[str, Any]] = []
    for one in ready:
        lines += [{"index": {"_id": one["_id"], "version": one["version"], "version_type": one["version_type"]}}]
        lines += [one["_source"]]
    answer = engine._patient.bulk(index=alias, operations=lines, require_alias=True)  # noqa: SLF001 - a low-level client
    if answer["errors"]:
        raise RuntimeError(str(answer)[:500])


def forget_lemmas() -> None:
    """Empty every cache of words."""
    from search import lemmas

    for value in vars(lemmas).values():
        if clear := getattr(value, "cache_clear", None):
            clear()
    lemmas._pieces.clear()  # noqa: SLF001 - kept in a dictionary of its own


# --- the database engine


def database_engine() -> dict[str, Any]:
    """Return what the same questions cost in the database at hand, and how fast it is filled."""
    from django.conf import settings
    from django.db import connection

    from benchmarks.databases import analyze
    from search.documents import registry
    from search.engines import DatabaseEngine

    address, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, ""
    try:
        engine = DatabaseEngine()
        start = time.perf_counter()
        count = sum(engine.rebuild([registry.kinds["idea"]]))
        results: dict[str, Any] = {"rebuild": count / (time.perf_counter() - start)}
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")
        analyze()
        for what, whole, read, queries in (
            ("search", _search, _read_query, _queries()),
            ("similar", _alike, _read_text, _new_texts(LIKE_IN_DATABASE)),
        ):
            asked = _watched(DatabaseEngine, whole, queries)
            sides = {"query layer": _layer(engine, read), "whole": lambda one, whole=whole: whole(one.words)}  # type: ignore[misc]
            timed = _in_turns(sides, asked, TIMES_IN_DATABASE)
            results[what] = {name: _told(taken) for name, taken in timed.items()}
    finally:
        settings.ELASTICSEARCH_URL = address
    return results


def _on_sqlite(ideas: int) -> dict[str, Any]:
    """Run the database engine's part on SQLite, in a process of its own."""
    without = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "ELASTICSEARCH_URL")}
    command = [sys.executable, "-m", "benchmarks.search_in_database", str(ideas)]
    done = subprocess.run(command, env=without, cwd=BASE, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            found: dict[str, Any] = json.loads(line.removeprefix(MARK))
            return found
    raise RuntimeError(f"The part on SQLite failed: {done.stderr[-2000:]}")


# --- telling


def print_asking(asking: dict[str, Any]) -> None:
    for what, sides in asking.items():
        for name, times in sides.items():
            ratios = {cut: times[cut] / sides["raw"][cut] for cut in ("p50_ms", "p95_ms")}
            told = "" if name == "raw" else f"  × {ratios['p50_ms']:.2f} × {ratios['p95_ms']:.2f}"
            print_times(f"{what}, {name}", times, told)


def print_indexing(rates: dict[str, float]) -> None:
    for name, rate in rates.items():
        print(f"{f'indexing, {name}':<56} {rate:>8.0f} documents a second  × {rate / rates['raw']:.2f} of raw")


def print_database_engine(vendor: str, told: dict[str, Any]) -> None:
    print(f"{f'database engine on {vendor}, rebuild':<56} {told['rebuild']:>8.0f} documents a second")
    for what in ("search", "similar"):
        for name, times in told[what].items():
            print_times(f"database engine on {vendor}, {what}, {name}", times)


def print_times(row: str, times: dict[str, float], told: str = "") -> None:
    print(f"{row:<56} p50 {times['p50_ms']:>8.2f} ms  p95 {times['p95_ms']:>8.2f} ms{told}", flush=True)
