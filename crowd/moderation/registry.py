"""What can be moderated: apps register their kinds here; this floor decides and knows no model of theirs."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from crowd.errors import Text
from crowd.people.models import Person


@dataclass(frozen=True)
class Case:
    """One thing before a moderator."""

    kind: str
    id: int
    status: str
    title: str
    text: str
    author: str
    url: str
    campaign_id: int
    created_at: datetime
    context: str = ""
    # Where the text has parts: each with the heading that its writer saw. Else `text` is shown.
    parts: tuple[tuple[Text, str], ...] = ()
    author_id: int | None = None
    # Whether it was joined to another that says the same.
    joined: bool = False

    @property
    def standing(self) -> str:
        """The status, and of what is public whether it stands by itself."""
        return "joined" if self.joined and self.status == "published" else self.status


@dataclass(frozen=True)
class Near:
    """A public thing that speaks of the same as a case; `score` says how much, from 0 to 1."""

    kind: str
    id: int
    title: str
    url: str
    score: float
    status: str = ""
    context: str = ""

    @property
    def percent(self) -> int:
        return round(self.score * 100)


@dataclass(frozen=True)
class ModerationKind:
    """How one model is moderated.

    `pending(block_ids)` is what waits, oldest first, in these blocks (None: in all), `public(block_ids)` what everybody
    sees, in the same order. `find(id)` returns the row or None, `lock(id)` the same, locked, `many(ids)` those of
    several that there are; `visible(id, person)` only where this person may see it. `cases(objs)` describes them, with
    the same number of queries for 1 and 50. `apply(obj, outcome, actor_id)` sets the status that belongs to an outcome
    (`publish`, `hide`, `reject`, `needs_work`; the last three are called `hidden`, `rejected` and `needs_work` in every
    kind; and `withhold`: back to what waits, which no moderator says but enough flags) and records the event.
    `allowed` says from which status which outcomes lead. `similar(obj)`, of a kind that may be proposed twice, searches
    for what speaks of the same, the likest first. `titled`: the title is its author's words. `events` tell that the
    words are new or have changed; the post is their subject. `join(obj, into_id, moderator)` makes it the duplicate of
    another, public first where it waited, and `part(obj, moderator)` undoes that; both refuse in words for the field
    `into`.
    `posted(author_ids, block_ids)` counts in one query what these people have posted there: author, name of the state
    and how many; what nobody but the author sees is not counted.
    """

    name: str
    label: Text
    pending: Callable[[list[int] | None], QuerySet[Any]]
    public: Callable[[list[int] | None], QuerySet[Any]]
    find: Callable[[int], Any | None]
    lock: Callable[[int], Any | None]
    many: Callable[[Collection[int]], Sequence[Any]]
    visible: Callable[[int, Person | None], Any | None]
    cases: Callable[[Sequence[Any]], list[Case]]
    apply: Callable[[Any, str, int | None], None]
    allowed: dict[str, frozenset[str]]
    # What a filter of many is called.
    plural: Text = ""
    similar: Callable[[Any], list[Near]] | None = None
    titled: bool = False
    events: frozenset[str] = frozenset()
    join: Callable[[Any, int, Person], None] | None = None
    part: Callable[[Any, Person], None] | None = None
    posted: Callable[[Collection[int], list[int] | None], list[tuple[int, Text, int]]] | None = None

    @property
    def has_similar(self) -> bool:
        return self.similar is not None

    @property
    def joins(self) -> bool:
        return self.join is not None

    def case(self, subject: Any) -> Case:
        return self.cases([subject])[0]


@dataclass
class ModerationRegistry:
    kinds: dict[str, ModerationKind] = field(default_factory=dict)

    def register(self, kind: ModerationKind) -> None:
        from crowd.moderation.machine.handlers import listen

        self.kinds[kind.name] = kind
        listen()

    @property
    def events(self) -> frozenset[str]:
        """Return the events of all kinds."""
        return frozenset[str]().union(*(kind.events for kind in self.kinds.values()))


registry = ModerationRegistry()
