from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from search.documents import GONE, Document, DocumentKind


class EngineAway(Exception):
    """The engine cannot be reached, or has no complete index: ask the other one."""


class NotUnderstood(Exception):
    """The engine was reached and refused the question: it is well, but the other one must answer."""


class NotIndexed(Exception):
    """The engine was reached and refused some documents; the others are written.

    `refused` holds why, by kind and id: `{"idea:7": "…"}`.
    """

    def __init__(self, refused: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{id_}: {why}" for id_, why in list(refused.items())[:5]))
        self.refused = dict(refused)


class Ref(NamedTuple):
    """What is to leave an index, and at which version of its row."""

    kind: str
    id: int
    version: int


class State(NamedTuple):
    """What an index holds of one document."""

    id: int
    version: int
    digest: str  # empty where the index holds something else than was once written


# What can be filtered by and counted: the filter's name, and the field of the index that it looks at.
FACETS = {
    "type": "kind",
    "block_id": "block_id",
    "sector": "sector",
    "municipality": "municipality",
    "status": "status",
    "tag": "tags",
}
# Of one filter, the values that most of the found have.
MOST_VALUES = 50


def least_of(words: int) -> int:
    """Return of how many of a query's words a document must hold the roots, where it need not hold all words.

    One of two, since one may be no more than a manner of speaking; two of more, or half the site would match.
    """
    return 1 if words <= 2 else 2  # noqa: PLR2004 - said above


@dataclass(frozen=True)
class SearchRequest:
    """What is asked for.

    `groups` holds one set of encoded lemmas per word. A document matches where its texts together hold one lemma of
    each set. With `roots` (one set of encoded roots per word) it matches where it holds the roots of some
    (`least_of`): what holds the lemmas, and more of them, comes first. `forms` are the words as written: they only
    order.

    Empty filters do not filter. `after` (from the result before) is where to go on; an engine that knows no such places
    goes by `offset`. With `facets` the result says how many match by each value of each filter, were it set so.
    """

    groups: Sequence[frozenset[str]]
    forms: Sequence[str] = ()
    kinds: Sequence[str] = ()
    block_id: int | None = None
    sector: str = ""
    municipality: str = ""
    status: str = ""
    tag: str = ""
    type: str = ""
    roots: Sequence[frozenset[str]] = ()
    offset: int = 0
    after: Sequence[Any] = ()
    limit: int = 20
    facets: bool = False
    # What is to be as if it were not in the index, by kind and id.
    without: Sequence[tuple[str, int]] = ()

    def chosen(self, *, but: str = "") -> dict[str, Any]:
        """Return the filters that are set, by the field of the index that they look at, without one of them."""
        values = {field: getattr(self, name) for name, field in FACETS.items() if name != but}
        return {field: value for field, value in values.items() if value not in ("", None)}


@dataclass(frozen=True)
class LikeRequest:
    """What documents of one kind are asked for that speak of the same.

    `groups` holds one set of encoded lemmas per word of the text, the title's words first. Those of the block `first`
    come before all others; the document `without` is left out.
    """

    groups: Sequence[frozenset[str]]
    kind: str
    first: int | None = None
    without: int | None = None
    limit: int = 10


@dataclass(frozen=True)
class SearchResult:
    """`refs` holds (kind, id) of the asked page, the best first; `total` counts all that match.

    `after` is the place behind the last of them, where the engine knows such. `facets` holds by filter and value how
    many match, `unfiltered` how many with no filter set: both only where facets were asked for.
    """

    refs: list[tuple[str, int]] = field(default_factory=list)
    total: int = 0
    after: Sequence[Any] = ()
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    unfiltered: int = 0


class Writer(Protocol):
    """The writing side of an engine."""

    def index(self, documents: Iterable[Document]) -> None:
        """Write the documents; raise `NotIndexed` in the end for those that were refused."""

    def delete(self, refs: Iterable[Ref]) -> None:
        """Take them out, and remember the version."""


class Engine(Writer, Protocol):
    """What both engines promise.

    For the same request over the same documents both return the same set; the order may differ, since they weigh words
    differently. Writes carry the version of the row they were made from: an older one than the index holds, or than
    what was deleted had, is ignored. So writes may come late, twice and in any order.
    """

    name: str

    def search(self, request: SearchRequest) -> SearchResult:
        """Return the asked page of what matches; raise `EngineAway` where it cannot."""

    def alike(self, request: LikeRequest) -> SearchResult:
        """Return the likest of what shares enough words; raise `EngineAway` where it cannot."""

    def states(self, kind: str, ids: Sequence[int] | None = None) -> Iterator[State]:
        """Return what the index holds of a kind (of these ids only), in the order of ids, streamed."""

    def repair(self, kind: DocumentKind, ids: Sequence[int]) -> None:
        """Bring these level with the database, even where the index holds what cannot be."""

    def rebuild(self, kinds: Iterable[DocumentKind]) -> Iterator[int]:
        """Make the index anew from the database while writes and searches go on; yield how many were done at a time."""


def bring_level(engine: Writer, kind: DocumentKind, ids: Sequence[int]) -> None:
    """Read the present state of these and write it.

    The versions are read first: whatever is then found gone was gone at that version or a later one, and the later
    one has an event of its own under way.
    """
    versions = kind.versions(ids)
    documents = list(kind.documents(ids))
    present = {document.id for document in documents}
    engine.index(documents)
    engine.delete(Ref(kind.name, id_, versions.get(id_, GONE)) for id_ in ids if id_ not in present)
