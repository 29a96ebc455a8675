"""Every read of threads and comments."""

from discussions.queries.access import (
    answered,
    get_branch_or_404,
    get_own_comment_or_404,
    get_visible_comment_or_404,
    get_visible_thread_or_404,
    shown_of,
    shown_with,
)
from discussions.queries.changes import (
    MOST_RESUMED,
    PAGE,
    change,
    change_type,
    changes_after,
    comment_counts,
    comments_before,
    fragment,
    latest_changes,
)
from discussions.queries.context import Asked, own_pending, thread_context
from discussions.queries.pages import Order, branch_page, cursor_of, order_of, thread_page
from discussions.queries.places import address_of
from discussions.queries.shown import Own, Shown, own_facts, own_in_thread

__all__ = [
    "MOST_RESUMED",
    "PAGE",
    "Asked",
    "Order",
    "Own",
    "Shown",
    "address_of",
    "answered",
    "branch_page",
    "change",
    "change_type",
    "changes_after",
    "comment_counts",
    "comments_before",
    "cursor_of",
    "fragment",
    "get_branch_or_404",
    "get_own_comment_or_404",
    "get_visible_comment_or_404",
    "get_visible_thread_or_404",
    "latest_changes",
    "order_of",
    "own_facts",
    "own_in_thread",
    "own_pending",
    "shown_of",
    "shown_with",
    "thread_context",
    "thread_page",
]
