"""What is searched: apps register here what to index, what of it is visible, and when it changes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crowd.errors import Text
from crowd.people.models import Person


@dataclass(frozen=True)
class Document:
    """One thing as the engines see it. `version` grows with each change of the row; the engines refuse an older one."""

    kind: str
    id: int
    version: int
    title: str
    body: str
    created_at: datetime
    campaign_id: int | None = None
    block_id: int | None = None
    sector: str = ""
    municipality: str = ""
    status: str = ""
    tags: tuple[str, ...] = ()
    support: int = 0


@dataclass(frozen=True)
class Found:
    """One thing as the results page shows it: read from the database when the page is made, never from an index."""

    kind: str
    id: int
    title: str
    url: str
    text: str
    created_at: datetime
    context: Text = ""
    language: str = "ru"


@dataclass(frozen=True)
class DocumentKind:
    """How one model is searched.

    `documents(ids)` returns the present state of those that the public may see (of all of them where ids is None, in
    the order of ids, streamed); what is absent from it is deleted from the indexes. `versions(ids)` returns the row
    versions, of the invisible too, so that a deletion cannot be undone by a late, older indexing.
    `found(ids, person)` returns what the person may see, for the results page. An event of one of `events` has the
    document as its subject: `subject_kind` is the name, `subject_id` the id.
    """

    name: str
    label: Text
    events: frozenset[str]
    documents: Callable[[Iterable[int] | None], Iterator[Document]]
    versions: Callable[[Iterable[int]], dict[int, int]]
    found: Callable[[Sequence[int], Person | None], dict[int, Found]]


@dataclass
class DocumentRegistry:
    kinds: dict[str, DocumentKind] = field(default_factory=dict)

    def register(self, kind: DocumentKind) -> None:
        self.kinds[kind.name] = kind


registry = DocumentRegistry()
