"""Rows as they stand, without the events that the actions record."""

from discussions.models import Comment, Thread
from tests.factories.people import person


def thread(host, kind="discussion"):
    block = getattr(host, "cycle", host)
    return Thread.objects.get_or_create(host_kind=kind, host_id=host.pk, defaults={"block": block})[0]


def comment(thread, *, body="Согласен."):
    """A published comment, the thread's next."""
    thread.last_seq += 1
    thread.save(update_fields=["last_seq"])
    seq = thread.last_seq
    moderation = Comment.Moderation.PUBLISHED
    return Comment.objects.create(
        thread=thread, author=person(), body=body, moderation=moderation, seq=seq, first_seq=seq
    )
