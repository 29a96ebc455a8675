"""Every write of ideas and votes."""

from ideas.actions.imports import IMPORT_EMAIL, import_ideas
from ideas.actions.moves import hide_idea, publish_idea, reject_idea, return_idea, withdraw_idea
from ideas.actions.proposals import IdeaText, edit_idea, submit_idea
from ideas.actions.upkeep import reconcile_counts
from ideas.actions.votes import cast_vote

__all__ = [
    "IMPORT_EMAIL",
    "IdeaText",
    "cast_vote",
    "edit_idea",
    "hide_idea",
    "import_ideas",
    "publish_idea",
    "reconcile_counts",
    "reject_idea",
    "return_idea",
    "submit_idea",
    "withdraw_idea",
]
