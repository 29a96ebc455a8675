"""What every change of a thread has in common: its locks, its numbers, its counts, its event.

Locks are taken in one order: the thread's row first, then rows of its comments. A comment's own row alone may be locked
by who takes nothing else afterwards.
"""

from django.db.models import F, Max
from django.db.models.functions import Greatest

from crowd.errors import NotFound
from crowd.events import actions as events
from discussions.models import Comment, Thread

Moderation = Comment.Moderation


def locked_thread(thread_id: int) -> Thread:
    """Return the thread, locked until the commit: whoever changes it in public waits here for the one before."""
    thread = Thread.objects.select_for_update(of=("self",)).select_related("block").filter(pk=thread_id).first()
    if thread is None:
        raise NotFound
    return thread


def locked_comment(comment_id: int) -> Comment:
    """Return the comment with its thread, both locked."""
    thread_id = Comment.objects.filter(pk=comment_id).values_list("thread_id", flat=True).first()
    if thread_id is None:
        raise NotFound
    thread = locked_thread(thread_id)
    comment = Comment.objects.select_for_update(of=("self",)).select_related("author").get(pk=comment_id)
    comment.thread = thread
    return comment


def next_seq(thread: Thread, *, more_comments: int = 0) -> int:
    """Take the next number of the locked thread. Its lock lasts until the commit, so numbers appear in their order."""
    thread.last_seq += 1
    # A count that was wrong must not keep anybody from hiding a comment; `reconcile` sets it right.
    thread.comment_count = max(0, thread.comment_count + more_comments)
    thread.save(update_fields=["last_seq", "comment_count"])
    return thread.last_seq


def next_answer_number(root_id: int) -> int:
    """Return the number of the next answer beneath a first comment; its thread is locked."""
    highest = Comment.objects.filter(root_id=root_id).aggregate(highest=Max("answer_number"))["highest"]
    return (highest or 0) + 1


def count_answer(root_id: int | None, change: int) -> None:
    """Note at the first comment that one more or one fewer answer beneath it is public."""
    if root_id is not None:
        Comment.objects.filter(pk=root_id).update(answer_count=Greatest(F("answer_count") + change, 0))


def show(comment: Comment) -> bool:
    """Make the locked comment public; return whether it has been before, and so keeps its place."""
    shown_before = comment.first_seq is not None
    comment.seq = next_seq(comment.thread, more_comments=1)
    if not shown_before:
        comment.first_seq = comment.seq
        if comment.root_id is not None:
            comment.answer_number = next_answer_number(comment.root_id)
    comment.moderation = Moderation.PUBLISHED
    count_answer(comment.root_id, 1)
    save(comment, "moderation", "first_seq", "answer_number")
    return shown_before


def take_away(comment: Comment, moderation: Comment.Moderation, *fields: str) -> None:
    """Give the locked comment a state that is not public; where it was public, that change has a number.

    `fields` were changed with it and are written too.
    """
    if comment.moderation == Moderation.PUBLISHED:
        comment.seq = next_seq(comment.thread, more_comments=-1)
        count_answer(comment.root_id, -1)
    elif comment.first_seq is not None:
        comment.seq = next_seq(comment.thread)
    comment.moderation = moderation
    save(comment, "moderation", *fields)


def change_in_place(comment: Comment, *fields: str) -> None:
    """Write what was changed of the locked comment; where anything of it has ever been public, that has a number."""
    if comment.first_seq is not None:
        comment.seq = next_seq(comment.thread)
    save(comment, *fields)


def save(comment: Comment, *fields: str) -> None:
    comment.version += 1
    comment.save(update_fields=[*fields, "seq", "version"])


def record(kind: str, comment: Comment, *, actor_id: int | None) -> None:
    """Record what happened to the comment; open pages are told where anything of it has ever been public."""
    events.record(
        kind,
        subject=events.Subject("comment", comment.pk),
        actor_id=actor_id,
        campaign_id=comment.thread.block.campaign_id,
        payload={"thread": comment.thread_id, "seq": comment.seq},
        live_group=comment.thread.live_group if comment.seq is not None else "",
    )
