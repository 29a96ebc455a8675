from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from search.documents import GONE, Document, DocumentKind


class EngineAway(Exception):
    """The engine cannot be reached, or has no complete index: ask the other one."""


class NotIndexed(Exception):
    """The engine was reached and refused some documents; the others are written."""


class Ref(NamedTuple):
    """What is to leave an index, and at which version of its row."""

    kind: str
    id: int
    version: int


class State(NamedTuple):
    """What an index holds of one document."""

    id: int
    version: int
    digest: str


@dataclass(frozen=True)
class SearchRequest:
    """What is asked for.

    `groups` holds one set of encoded lemmas per word. A document matches where its title and body together hold one
    lemma of each set (of `least` sets at least, where that is given: then only the best `limit` are looked at). `forms`
    are the words as written: they only order. Empty filters do not filter.
    """

    groups: Sequence[frozenset[str]]
    forms: Sequence[str] = ()
    kinds: Sequence[str] = ()
    block_id: int | None = None
    sector: str = ""
    municipality: str = ""
    status: str = ""
    tag: str = ""
    least: int | None = None
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True)
class SearchResult:
    """`refs` holds (kind, id) of the asked page, the best first; `total` counts all that match."""

    refs: list[tuple[str, int]] = field(default_factory=list)
    total: int = 0


class Engine(Protocol):
    """What both engines promise.

    For the same request over the same documents both return the same set; the order may differ, since they weigh words
    differently. Writes carry the version of the row they were made from: an older one than the index holds, or than
    what was deleted had, is ignored. So writes may come late, twice and in any order.
    """

    name: str

    def index(self, documents: Iterable[Document]) -> None:
        """Write the documents."""

    def delete(self, refs: Iterable[Ref]) -> None:
        """Take them out, and remember the version."""

    def search(self, request: SearchRequest) -> SearchResult:
        """Return the asked page of what matches; raise `EngineAway` where it cannot."""

    def states(self, kind: str, ids: Sequence[int] | None = None) -> Iterator[State]:
        """Return what the index holds of a kind (of these ids only), in the order of ids, streamed."""

    def repair(self, kind: DocumentKind, ids: Sequence[int]) -> None:
        """Bring these level with the database, even where the index holds what cannot be."""

    def rebuild(self, kinds: Iterable[DocumentKind]) -> Iterator[int]:
        """Make the index anew from the database while writes and searches go on; yield how many were done at a time."""


def bring_level(engine: Engine, kind: DocumentKind, ids: Sequence[int]) -> None:
    """Read the present state of these and write it.

    The versions are read first: whatever is then found gone was gone at that version or a later one, and the later
    one has an event of its own under way.
    """
    versions = kind.versions(ids)
    documents = list(kind.documents(ids))
    present = {document.id for document in documents}
    engine.index(documents)
    engine.delete(Ref(kind.name, id_, versions.get(id_, GONE)) for id_ in ids if id_ not in present)
