from discussions.models import Comment, Thread
from tests.factories.people import person


def thread(host, kind="discussion", *, block=None):
    return Thread.objects.get_or_create(
        host_kind=kind, host_id=host.pk, defaults={"block": block or getattr(host, "cycle", host)}
    )[0]


def comment(thread, *, author=None, body="Согласен.", moderation=Comment.Moderation.PUBLISHED, **fields):
    """A comment as a row, without the events that the actions record."""
    if moderation == Comment.Moderation.PUBLISHED:
        thread.last_seq += 1
        thread.save(update_fields=["last_seq"])
        fields.setdefault("seq", thread.last_seq)
        fields.setdefault("first_seq", thread.last_seq)
    return Comment.objects.create(thread=thread, author=author or person(), body=body, moderation=moderation, **fields)
