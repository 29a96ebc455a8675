"""The writing side of the Elasticsearch engine: which indexes there are, and how documents get into them.

An index has a name of its own (`crowd-search-<how it is made>-<moment>`) and a writing alias of its own (`….write`).
Deliveries write through every writing alias there is, so while a rebuild fills a new index they keep both. The reading
alias (`crowd-search`) names the one complete index; a rebuild moves it at its end, in one step, and drops the rest. A
write that comes after that goes through an alias which is gone, and is refused rather than making an index of its own
accord (`require_alias`).

No write is lost in between: who resolved the aliases before the new index stood has read the database before that too,
and the rebuild reads it after; who resolves them later writes to both, and versions settle which of two writes stays.

A server that is too busy (429) is asked again, a document at a time, with growing pauses. A document that it refuses
keeps no other out: all the others are written, and `NotIndexed` names it.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, UnsupportedProductError
from elasticsearch.helpers import streaming_bulk

from crowd import clock
from search.documents import Document, DocumentKind
from search.engines.base import EngineAway, NotIndexed, Ref, bring_level
from search.engines.elastic_documents import MADE_BY, SearchDocument, deleting, writing
from search.engines.waiting import BoundedNode

log = logging.getLogger(__name__)

SEARCH_SECONDS = 1.0
WRITE_SECONDS = 20.0
# As many as a process has threads that ask at once: who has to wait for a connection is not answered in time.
CONNECTIONS = 64
CHUNK = 500
CHUNK_BYTES = 8 * 1024 * 1024
AWAY_STATUSES = frozenset({408, 429, 502, 503, 504})
CONFLICT, NOT_FOUND = 409, 404
# Pauses of ¼, ½, 1 and 2 s in a delivery, which has longer ones of its own; of up to 30 s, about 2 min in all, in a
# rebuild, which has none.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
TRIES, TRIES_OF_REBUILD = 4, 10
# Where more than one document in so many is refused, it is not the documents that are wrong.
FEW = 10


@lru_cache(4)
def client_of(url: str) -> Elasticsearch:
    return Elasticsearch(
        url,
        request_timeout=SEARCH_SECONDS,
        max_retries=0,
        retry_on_timeout=False,
        connections_per_node=CONNECTIONS,
        node_class=BoundedNode,
    )


@contextmanager
def reaching() -> Iterator[None]:
    """Turn what says «not there» into `EngineAway`, a stranger in its place too; what says «wrong» stays an error."""
    try:
        yield
    except ApiError as error:
        if error.status_code in AWAY_STATUSES or isinstance(error, (NotFoundError, UnsupportedProductError)):
            raise EngineAway(str(error)) from error
        raise
    except TransportError as error:
        raise EngineAway(str(error)) from error


class IndexWriter:
    """Writes to the indexes of one prefix."""

    def __init__(self, url: str = "", prefix: str = "", *, seconds: float = SEARCH_SECONDS) -> None:
        client = client_of(url or settings.ELASTICSEARCH_URL)
        self._client = client.options(request_timeout=seconds)
        self._patient = client.options(request_timeout=WRITE_SECONDS)
        self.read_alias = f"{prefix or settings.ELASTICSEARCH_PREFIX}-search"

    def index(self, documents: Iterable[Document]) -> None:
        self._write_everywhere(map(writing, documents))

    def delete(self, refs: Iterable[Ref]) -> None:
        self._write_everywhere(map(deleting, refs))

    def repair(self, kind: DocumentKind, ids: Sequence[int]) -> None:
        bring_level(self, kind, ids)

    def rebuild(self, kinds: Iterable[DocumentKind]) -> Iterator[int]:
        """Fill a new index and put it in the place of the others; raise `NotIndexed` at the end if it lacks something.

        A killed one leaves its index behind, which the next one drops; readers have not seen it.
        """
        refused: dict[str, str] = {}
        with reaching():
            new = self._create()
            try:
                yield from self._fill(new, kinds, refused)
                self._patient.indices.refresh(index=new)
                self._swap(new)
            except Exception:
                with suppress(ApiError, TransportError):
                    self._delete_indexes([new])
                raise
        if refused:
            raise NotIndexed(refused)

    def _fill(self, new: str, kinds: Iterable[DocumentKind], refused: dict[str, str]) -> Iterator[int]:
        done = 0
        for kind in kinds:
            actions = map(writing, kind.documents(None))
            for id_, status, error in self._write(f"{new}.write", actions, tries=TRIES_OF_REBUILD):
                if status == NOT_FOUND:
                    msg = "The index was dropped while it was filled: another rebuild has ended first."
                    raise EngineAway(msg)
                if error and status != CONFLICT:
                    refused[id_] = error
                done += 1
                yield 1
        if len(refused) * FEW > done:
            raise NotIndexed(refused)

    def is_complete(self) -> bool:
        """Say whether there is an index to read, made as we would make it; raise `EngineAway` if that is unknown."""
        with reaching():
            if not self._client.indices.exists_alias(name=self.read_alias):
                return False
            (read,) = self._client.indices.get_alias(name=self.read_alias).body
            return self._is_ours(read)

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
        name = f"{self.read_alias}-{MADE_BY}-{clock.now():%Y%m%d%H%M%S}-{uuid.uuid4().hex[:6]}"
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

    def _is_ours(self, index: str) -> bool:
        return index.startswith(f"{self.read_alias}-{MADE_BY}-")

    def _write_everywhere(self, actions: Iterable[dict[str, Any]]) -> None:
        """Write to all indexes; raise `NotIndexed` at the end for what was refused. One that is gone is no error."""
        listed = list(actions)
        if not listed:
            return
        with reaching():
            aliases = [f"{name}.write" for name in self._indexes() if self._is_ours(name)]
            refused = {
                id_: error
                for alias in aliases
                for id_, status, error in self._write(alias, listed, tries=TRIES)
                if error and status not in (CONFLICT, NOT_FOUND)
            }
        if refused:
            raise NotIndexed(refused)

    def _write(self, alias: str, actions: Iterable[dict[str, Any]], *, tries: int) -> Iterator[tuple[str, int, str]]:
        """Send the actions in bulk; return for each its id, status and error, if any.

        An older version than the index holds is a conflict. What is too much at once is sent again after a pause.
        """
        answers = streaming_bulk(
            self._patient,
            actions,
            index=alias,
            chunk_size=CHUNK,
            max_chunk_bytes=CHUNK_BYTES,
            max_retries=tries,
            initial_backoff=FIRST_PAUSE,
            max_backoff=LONGEST_PAUSE,
            raise_on_error=False,
            require_alias=True,
        )
        for _, answer in answers:
            (item,) = answer.values()
            status, error = item["status"], item.get("error")
            if status in AWAY_STATUSES:
                raise EngineAway(str(error))
            yield item["_id"], status, str(error) if error else ""
