"""What is searched: apps register what to index, what of it is visible, when it changes, what filters offer."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crowd.errors import Text
from crowd.people.models import Person

Choices = Callable[[], Sequence[tuple[str, Text]]]
Labels = Callable[[Collection[str]], dict[str, Text]]

# What is deleted from the database for good leaves no version behind: no write may come after it.
GONE = 2**62
# Raised when lemmas or fields change, so that a check finds what was indexed the old way.
INDEXED_AS = 5


@dataclass(frozen=True)
class Document:
    """One thing as the engines see it. `version` grows with each change of the row; the engines refuse an older one.

    `body` says what it is about, `more` what follows from that: a word there weighs less.
    """

    kind: str
    id: int
    version: int
    title: str
    body: str
    created_at: datetime
    more: str = ""
    campaign_id: int | None = None
    block_id: int | None = None
    sector: str = ""
    municipality: str = ""
    status: str = ""
    tags: tuple[str, ...] = ()
    support: int = 0

    @property
    def digest(self) -> str:
        """Say in 16 letters what is indexed of it, so that an index can be compared without its texts.

        Support is left out: it changes with every vote and orders results only mildly.
        """
        said = (
            INDEXED_AS, self.title, self.body, self.more, self.created_at.timestamp(), self.campaign_id, self.block_id,
            self.sector, self.municipality, self.status, *sorted(self.tags),
        )  # fmt: skip
        # No text of ours holds a zero: the database takes none.
        return hashlib.sha256("\0".join(map(str, said)).encode()).hexdigest()[:16]


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
    status: str = ""
    support: int | None = None


@dataclass(frozen=True)
class Sector:
    """A sector as a form chooses it (`id`), an address names it (`slug`) and people read it (`label`)."""

    id: int
    slug: str
    label: str


@dataclass(frozen=True)
class Facts:
    """What a thing is filed under: for whoever writes one that speaks of the same."""

    status: Text = ""
    sector: Sector | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentKind:
    """How one model is searched.

    `documents(ids)` returns the present state of those that the public may see (of all of them where ids is None, in
    the order of ids, streamed); what is absent from it is deleted from the indexes. `versions(ids)` returns the row
    versions, of the invisible too, so that a deletion cannot be undone by a late, older indexing.
    `found(ids, person)` returns what the person may see, for the results page. An event of one of `events` has the
    document as its subject: `subject_kind` is the name, `subject_id` the id. `weight` says how much a hit counts beside
    one of another kind. `facts(ids)`, of a kind that is written
    by a form, returns what those that the public may see are filed under.
    """

    name: str
    label: Text
    events: frozenset[str]
    documents: Callable[[Iterable[int] | None], Iterator[Document]]
    versions: Callable[[Iterable[int]], dict[int, int]]
    found: Callable[[Sequence[int], Person | None], dict[int, Found]]
    weight: float = 1.0
    facts: Callable[[Sequence[int]], dict[int, Facts]] | None = None


@dataclass
class DocumentRegistry:
    """`choices` holds what a filter can be set to, by the filter's name (`sector`, `status`).

    `labels` tells for filters with endless values (`block_id`, `tag`) what some of them are called.
    """

    kinds: dict[str, DocumentKind] = field(default_factory=dict)
    choices: dict[str, Choices] = field(default_factory=dict)
    labels: dict[str, Labels] = field(default_factory=dict)

    def register(self, kind: DocumentKind) -> None:
        from search.handlers import listen

        self.kinds[kind.name] = kind
        listen()

    def offer(self, name: str, choices: Choices) -> None:
        self.choices[name] = choices

    def call(self, name: str, labels: Labels) -> None:
        self.labels[name] = labels

    @property
    def events(self) -> frozenset[str]:
        """Return the events of all kinds."""
        return frozenset[str]().union(*(kind.events for kind in self.kinds.values()))


registry = DocumentRegistry()
