"""Every write of ideas and votes."""

from ideas.actions.accounts import erase_votes, merge_votes
from ideas.actions.answers import answer_idea, shortlist_idea
from ideas.actions.authors import answer_invitation, invite_co_author, remove_co_author
from ideas.actions.drafts import delete_draft, keep_draft
from ideas.actions.duplicates import (
    ask_recount,
    merge_idea,
    move_vote,
    reconcile_together,
    recount_together,
    unmerge_idea,
)
from ideas.actions.edits import add_clarification, edit_idea
from ideas.actions.folding import fold_votes, prune_vote_requests
from ideas.actions.imports import IMPORT_EMAIL, import_ideas
from ideas.actions.lists import (
    count_facets,
    draw_cycle,
    draw_fair_keys,
    fold_comments,
    fold_exposure,
    note_exposure,
    reconcile_facets,
)
from ideas.actions.moves import hide_idea, publish_idea, reject_idea, return_idea, withdraw_idea, withhold_idea
from ideas.actions.proposals import submit_idea
from ideas.actions.reviews import declare_conflict, keep_review
from ideas.actions.texts import IdeaText
from ideas.actions.upkeep import reconcile_counts
from ideas.actions.votes import cast_vote

__all__ = [
    "IMPORT_EMAIL",
    "IdeaText",
    "add_clarification",
    "answer_idea",
    "answer_invitation",
    "ask_recount",
    "cast_vote",
    "count_facets",
    "declare_conflict",
    "delete_draft",
    "draw_cycle",
    "draw_fair_keys",
    "edit_idea",
    "erase_votes",
    "fold_comments",
    "fold_exposure",
    "fold_votes",
    "hide_idea",
    "import_ideas",
    "invite_co_author",
    "keep_draft",
    "keep_review",
    "merge_idea",
    "merge_votes",
    "move_vote",
    "note_exposure",
    "prune_vote_requests",
    "publish_idea",
    "reconcile_counts",
    "reconcile_facets",
    "reconcile_together",
    "recount_together",
    "reject_idea",
    "remove_co_author",
    "return_idea",
    "shortlist_idea",
    "submit_idea",
    "unmerge_idea",
    "withdraw_idea",
    "withhold_idea",
]
