"""Comments as a page shows them: each with the answers unfolded beneath it and with what is the reader's own."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from crowd import clock
from crowd.campaigns.models import Activity
from crowd.campaigns.queries import open_activities
from crowd.people.models import Person
from discussions.models import Comment, Reaction, Thread
from discussions.queries.access import may_read
from discussions.rules import may_delete, may_edit


@dataclass(frozen=True)
class Own:
    """What of a comment concerns one reader; `reaction` is 1, -1, or 0 for none."""

    mine: bool = False
    edit: bool = False
    delete: bool = False
    reaction: int = 0


@dataclass
class Shown:
    """A comment in its place. `left` is how many public answers are folded away."""

    comment: Comment
    answers: list["Shown"] = field(default_factory=list)
    left: int = 0
    own: Own | None = None
    to_author: bool = False

    @property
    def whole(self) -> bool:
        """Say whether its text is shown, or only that something stood here."""
        waits = self.comment.moderation == Comment.Moderation.PENDING
        return self.comment.is_public or (waits and (self.to_author or (self.own is not None and self.own.mine)))


def own_facts(comments: Iterable[Comment], person: Person, *, writable: bool) -> dict[int, Own]:
    """Return by id what concerns this reader: a query for the reactions, one for the hour where anything is own."""
    found = list(comments)
    reactions = dict(
        Reaction.objects.filter(person=person, comment__in=[comment.pk for comment in found]).values_list(
            "comment_id", "value"
        )
    )
    now = clock.now() if writable and any(may_delete(comment, person) for comment in found) else None
    return {
        comment.pk: Own(
            mine=comment.author_id == person.pk,
            edit=now is not None and may_edit(comment, person, now),
            delete=may_delete(comment, person),
            reaction=reactions.get(comment.pk, 0),
        )
        for comment in found
    }


def own_in_thread(thread: Thread, ids: Collection[int], person: Person, *, held: bool = False) -> dict[int, Own]:
    """Return the same of those of the comments that stand in the thread and that the person may read.

    `held`: a sanction lets the person write nothing here.
    """
    found = [one for one in Comment.objects.filter(thread=thread, pk__in=ids) if may_read(one, person)]
    return own_facts(found, person, writable=not held and is_open(thread))


def is_open(thread: Thread) -> bool:
    """Say whether anybody may write in the thread now."""
    return thread.state == Thread.State.OPEN and Activity.COMMENT.value in open_activities(thread.block_id)


def all_of(shown: Iterable[Shown]) -> Iterator[Shown]:
    """Return these and what is unfolded beneath them."""
    for one in shown:
        yield one
        yield from one.answers


def add_own(shown: Iterable[Shown], person: Person, *, writable: bool) -> None:
    """Note at each comment what of it concerns this reader."""
    every = list(all_of(shown))
    facts = own_facts([one.comment for one in every], person, writable=writable)
    for one in every:
        one.own = facts[one.comment.pk]
