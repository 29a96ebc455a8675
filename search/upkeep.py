"""Keeping the indexes level with the database: what a check compares, what a sync repairs."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple, TypeVar

from django.conf import settings

from crowd.events.worker import still_at_work
from search.documents import DocumentKind, registry
from search.engines import ElasticsearchEngine, Engine, EngineAway, NotIndexed, engines
from search.engines.base import State
from search.engines.database import batches

log = logging.getLogger(__name__)

Problem = Literal["missing", "extra", "differs"]
T = TypeVar("T")


class Difference(NamedTuple):
    """One document that an index has not, should not have, or has otherwise than the database."""

    engine: str
    kind: str
    id: int
    problem: Problem

    def __str__(self) -> str:
        return f"{self.engine}: {self.kind} {self.id} {self.problem}"


def _compared(expected: Iterable[tuple[int, str]], indexed: Iterable[State]) -> Iterator[tuple[int, Problem]]:
    """Walk two lists in the order of ids side by side; yield what is not the same in both."""
    there, here = iter(expected), iter(indexed)
    wanted, held = next(there, None), next(here, None)
    while wanted or held:
        if held is None or (wanted and wanted[0] < held.id):
            assert wanted is not None
            yield wanted[0], "missing"
            wanted = next(there, None)
        elif wanted is None or held.id < wanted[0]:
            yield held.id, "extra"
            held = next(here, None)
        else:
            if wanted[1] != held.digest:
                yield held.id, "differs"
            wanted, held = next(there, None), next(here, None)


def alive(items: Iterable[T]) -> Iterator[T]:
    """Pass the items on; a worker that goes through many of them is not taken for dead."""
    for item in items:
        still_at_work()
        yield item


def differences(engine: Engine, kind: DocumentKind) -> Iterator[Difference]:
    """Compare one engine with the database; both are streamed."""
    expected = ((document.id, document.digest) for document in alive(kind.documents(None)))
    for id_, problem in _compared(expected, engine.states(kind.name)):
        yield Difference(engine.name, kind.name, id_, problem)


def check(engine: Engine) -> Iterator[Difference]:
    """Compare one engine with the database over all kinds; raise `EngineAway` where it has no index to compare."""
    for name in sorted(registry.kinds):
        yield from differences(engine, registry.kinds[name])


def sync(engine: Engine, *, rebuild: Callable[[Engine], None] | None = None) -> int:
    """Repair what differs; return how much that was. Raise `NotIndexed` at the end for what the engine refuses.

    An index without end to its differences (none at all, or versions that the database never reached, as after a
    restored backup) is rebuilt; not so for documents that it refuses, which a new index would refuse too.
    """
    rebuild = rebuild or rebuild_quietly
    refused: dict[str, str] = {}
    try:
        repaired = _repair(engine, refused)
        lasting = repaired and any(f"{it.kind}:{it.id}" not in refused for it in check(engine))
    except EngineAway:
        if not isinstance(engine, ElasticsearchEngine) or engine.is_complete():
            raise
        repaired, lasting = 1, True
    if lasting:
        rebuild(engine)
    elif refused:
        raise NotIndexed(refused)
    return repaired


def _repair(engine: Engine, refused: dict[str, str]) -> int:
    repaired = 0
    for name in sorted(registry.kinds):
        kind = registry.kinds[name]
        ids = [difference.id for difference in differences(engine, kind)]
        for batch in batches(ids):
            try:
                engine.repair(kind, batch)
            except NotIndexed as error:
                refused |= error.refused
        repaired += len(ids)
    return repaired


def rebuild_quietly(engine: Engine) -> None:
    for _ in alive(engine.rebuild(list(registry.kinds.values()))):
        pass


def sync_all() -> None:
    """Bring every engine level; one that is away is left to the next night, its deliveries wait for it anyway."""
    for engine in engines():
        try:
            repaired = sync(engine)
        except EngineAway as error:
            log.warning("search.sync_away", extra={"engine": engine.name, "error": str(error)})
        except NotIndexed as error:
            log.exception("search.refused", extra={"engine": engine.name, "refused": sorted(error.refused)})
        else:
            log.info("search.synced", extra={"engine": engine.name, "repaired": repaired})


def complete() -> None:
    """Build Elasticsearch's index where it has none, or one that was made in another way than documents are now."""
    if not settings.ELASTICSEARCH_URL:
        return
    engine = ElasticsearchEngine()
    try:
        if not engine.is_complete():
            rebuild_quietly(engine)
    except EngineAway as error:
        log.warning("search.complete_away", extra={"error": str(error)})
    except NotIndexed as error:
        log.exception("search.refused", extra={"engine": engine.name, "refused": sorted(error.refused)})
