"""By which rules comments were hidden: what their stubs tell everybody."""

from collections.abc import Iterable

from crowd.moderation.queries import decisive_rules
from discussions.models import Comment

TAKEN = frozenset({Comment.Moderation.HIDDEN, Comment.Moderation.REJECTED})


def name_rules(comments: Iterable[Comment]) -> list[Comment]:
    """Return the comments, those that moderators have hidden with the `rule`: a query where stubs are among them.

    A stub stands only where answers hang beneath it; of what has left no trace nothing is told.
    """
    listed = list(comments)
    stubs = [comment for comment in listed if comment.moderation in TAKEN and comment.answer_count]
    rules = decisive_rules("comment", [comment.pk for comment in stubs])
    for comment in stubs:
        comment.rule = rules.get(comment.pk, "")
    return listed
