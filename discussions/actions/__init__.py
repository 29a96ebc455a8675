"""Every write of threads and comments."""

from discussions.actions.comments import (
    delete_comment,
    edit_comment,
    hide_comment,
    open_thread,
    post_comment,
    publish_comment,
    reject_comment,
    withhold_comment,
)
from discussions.actions.curation import (
    add_note,
    lock_thread,
    pin_comment,
    set_voice,
    unlock_thread,
    unpin_comment,
)
from discussions.actions.reactions import react_to_comment
from discussions.actions.upkeep import reconcile_comments

__all__ = [
    "add_note",
    "delete_comment",
    "edit_comment",
    "hide_comment",
    "lock_thread",
    "open_thread",
    "pin_comment",
    "post_comment",
    "publish_comment",
    "react_to_comment",
    "reconcile_comments",
    "reject_comment",
    "set_voice",
    "unlock_thread",
    "unpin_comment",
    "withhold_comment",
]
