"""Who of the demonstration's people agrees with which comment: the same for everybody who loads it."""

from collections.abc import Sequence
from zlib import crc32

from crowd.people.models import Person
from discussions.actions import reconcile_comments
from discussions.models import Comment, Reaction

# Of a hundred reactions so many agree; and how many of a hundred people react at all.
AGREE, REACT = 78, 22


def load_reactions(comments: Sequence[Comment], people: Sequence[Person]) -> None:
    """Let people agree and disagree with comments of others; what is there already stays."""
    public = Comment.objects.visible().filter(pk__in=[comment.pk for comment in comments])
    Reaction.objects.bulk_create(
        (
            Reaction(comment=comment, person=person, value=1 if chance // 100 % 100 < AGREE else -1)
            for comment in public
            for person in people
            if person.pk != comment.author_id and (chance := _chance(comment, person)) % 100 < REACT
        ),
        ignore_conflicts=True,
    )
    reconcile_comments()


def _chance(comment: Comment, person: Person) -> int:
    return crc32(f"{comment.body}|{person.email}".encode())
