from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from discussions.models import Comment, Thread

COUNTED_REACTIONS = {
    "right_up": Count("reactions", filter=Q(reactions__value=1)),
    "right_down": Count("reactions", filter=Q(reactions__value=-1)),
}
PUBLIC_BENEATH = Count("beneath", filter=Q(beneath__moderation=Comment.Moderation.PUBLISHED))
PUBLIC_COMMENTS = Count("comments", filter=Q(comments__moderation=Comment.Moderation.PUBLISHED))


def reconcile_comments() -> list[str]:
    """Set the counts kept with threads and comments to what their rows say; return a line per row that differed."""
    suspects: list[tuple[QuerySet[Any], Callable[[int], str]]] = [
        (_wrong_threads(Thread.objects.all()), _reconcile_thread),
        (_wrong_answers(Comment.objects.all()), _reconcile_answers),
        (_wrong_reactions(Comment.objects.all()), _reconcile_reactions),
    ]
    return [
        line
        for wrong, reconcile in suspects
        for pk in list(wrong.values_list("pk", flat=True))
        if (line := reconcile(pk))
    ]


def _wrong_threads(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    return threads.annotate(right=PUBLIC_COMMENTS).exclude(comment_count=F("right"))


def _wrong_answers(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    return comments.annotate(right=PUBLIC_BENEATH).exclude(answer_count=F("right"))


def _wrong_reactions(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    return comments.annotate(**COUNTED_REACTIONS).exclude(up=F("right_up"), down=F("right_down"))


@transaction.atomic
def _reconcile_thread(thread_id: int) -> str:
    # Behind the lock under which it is counted, the rows and the count are of one moment.
    Thread.objects.select_for_update(of=("self",)).get(pk=thread_id)
    thread: Any = _wrong_threads(Thread.objects.filter(pk=thread_id)).first()
    if thread is None:
        return ""
    Thread.objects.filter(pk=thread_id).update(comment_count=thread.right)
    return f"Thread {thread_id}: {thread.comment_count} comments were stored, {thread.right} is right."


@transaction.atomic
def _reconcile_answers(comment_id: int) -> str:
    Thread.objects.select_for_update(of=("self",)).get(comments=comment_id)
    comment: Any = _wrong_answers(Comment.objects.filter(pk=comment_id)).first()
    if comment is None:
        return ""
    Comment.objects.filter(pk=comment_id).update(answer_count=comment.right)
    return f"Comment {comment_id}: {comment.answer_count} answers were stored, {comment.right} is right."


@transaction.atomic
def _reconcile_reactions(comment_id: int) -> str:
    Comment.objects.select_for_update().get(pk=comment_id)
    comment: Any = _wrong_reactions(Comment.objects.filter(pk=comment_id)).first()
    if comment is None:
        return ""
    right = (comment.right_up, comment.right_down)
    Comment.objects.filter(pk=comment_id).update(up=right[0], down=right[1], support=right[0] - right[1])
    return (
        f"Comment {comment_id}: {comment.up} for and {comment.down} against were stored, "
        f"{right[0]} and {right[1]} are right."
    )
