"""What changed in a thread, as sockets and scripts are told."""

from collections.abc import Collection
from typing import Any

from discussions.models import Comment, Thread
from discussions.queries.access import with_names
from discussions.queries.fragments import comment_html
from discussions.queries.shown import Shown
from discussions.queries.stubs import name_rules

PAGE = 50
# Who is further behind than this reads the page anew.
MOST_RESUMED = 200


def changes_after(thread_id: int, seq: int, limit: int = PAGE) -> list[Comment]:
    """Return the comments that changed in public after `seq`, in their present state, in the order of the changes.

    What has changed twice comes once; what is no longer public comes as a row whose text must not be shown.
    """
    changed = Comment.objects.filter(thread_id=thread_id, seq__gt=seq)
    return name_rules(with_names(changed).order_by("seq")[:limit])


def latest_changes(thread_id: int, upto: int, limit: int) -> list[Comment]:
    """Return the last `limit` changes up to `upto`, in their present state, in the order of the changes."""
    changed = Comment.objects.filter(thread_id=thread_id, seq__lte=upto)
    return name_rules(reversed(with_names(changed).order_by("-seq")[:limit]))


def comments_before(thread_id: int, first_seq: int | None, limit: int = PAGE) -> list[Comment]:
    """Return the last `limit` public comments published before `first_seq` (None: the very last), oldest first."""
    comments = Comment.objects.visible().filter(thread_id=thread_id)
    if first_seq is not None:
        comments = comments.filter(first_seq__lt=first_seq)
    return list(reversed(with_names(comments).order_by("-first_seq")[:limit]))


def comment_counts(discussion_ids: Collection[int]) -> dict[int, int]:
    """Return how many comments of these discussions are public."""
    threads = Thread.objects.filter(host_kind="discussion", host_id__in=discussion_ids)
    return dict.fromkeys(discussion_ids, 0) | dict(threads.values_list("host_id", "comment_count"))


def change_type(comment: Comment) -> str:
    """Return what happened last to the comment, in the words of the socket."""
    if not comment.is_public:
        return "comment.hidden"
    return "comment.posted" if comment.seq == comment.first_seq else "comment.edited"


def fragment(comment: Comment, *, to_author: bool = False) -> str:
    """Return the comment's HTML in the active language, the same for every reader.

    What is not public gives a line that says so where answers hang beneath it, else nothing; its author is shown what
    waits for a moderator.
    """
    shown = Shown(comment, to_author=to_author)
    if not shown.whole and not comment.answer_count:
        return ""
    return comment_html(shown)


def change(comment: Comment) -> dict[str, Any]:
    """Return the change as sockets and the JSON answer tell it."""
    return {
        "type": change_type(comment),
        "seq": comment.seq,
        "id": comment.pk,
        "html": fragment(comment),
    }
