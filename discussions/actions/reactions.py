from django.db import transaction
from django.db.models.functions import Now

from crowd.errors import NotFound
from crowd.events import actions as events
from crowd.moderation.rules import Act
from crowd.people.models import Person
from discussions.actions.comments import require_writer
from discussions.models import Comment, Reaction, Thread
from discussions.rules import clean_reaction, require_others, require_unlocked


@transaction.atomic
def react_to_comment(*, person: Person | None, comment_id: int, value: int) -> Comment:
    """Agree (1) or disagree (-1) with a comment, or take that back (0); return the comment with its new counts.

    The comment's own row is the lock, taken last: whoever reacts to the same comment waits for a moment, nobody else.
    """
    value = clean_reaction(value)
    thread = Thread.objects.select_related("block").filter(comments=comment_id).first()
    if thread is None:
        raise NotFound
    person = require_writer(person, thread, Act.REACT).person
    require_unlocked(thread)
    comment = Comment.objects.select_for_update().get(pk=comment_id)
    if not comment.is_public:
        raise NotFound
    require_others(comment, person)
    former = Reaction.objects.filter(comment=comment, person=person).values_list("value", flat=True).first() or 0
    if former != value:
        _set(comment, person, value)
        _count(comment, former, value)
        _record(comment, thread)
    return comment


def _set(comment: Comment, person: Person, value: int) -> None:
    if value:
        fields = {"value": value, "changed_at": Now()}
        Reaction.objects.update_or_create(comment=comment, person=person, defaults=fields)
    else:
        Reaction.objects.filter(comment=comment, person=person).delete()


def _count(comment: Comment, former: int, value: int) -> None:
    comment.up += (value == 1) - (former == 1)
    comment.down += (value == -1) - (former == -1)
    comment.support = comment.up - comment.down
    comment.save(update_fields=["up", "down", "support"])


def _record(comment: Comment, thread: Thread) -> None:
    """Record that the counts have changed; not who changed them, nor how."""
    events.record(
        "reaction.changed",
        subject=events.Subject("comment", comment.pk),
        campaign_id=thread.block.campaign_id,
        payload={"thread": thread.pk, "comment": comment.pk},
        live_group=thread.live_group,
    )
