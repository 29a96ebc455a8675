"""Every read of ideas and votes."""

from ideas.queries.access import (
    get_visible_attachment_or_404,
    get_visible_idea_or_404,
    is_public,
    live_group,
    may_look_behind,
    own_vote,
)
from ideas.queries.answers import answer_context, ideas_to_answer, responsible_body, with_answers
from ideas.queries.counts import (
    counted_votes,
    differs,
    may_see_counts,
    vote_counts,
    with_comment_counts,
    with_counted_votes,
    with_vote_counts,
)
from ideas.queries.lists import (
    LAST_PAGE,
    IdeaList,
    cycle_context,
    ideas_in_cycle,
    some_ideas,
)
from ideas.queries.orders import ORDERS
from ideas.queries.own import ideas_of, votes_of
from ideas.queries.page import idea_context
from ideas.queries.proposals import drafts_of, own_draft, usual_tags, why_not_propose

__all__ = [
    "LAST_PAGE",
    "ORDERS",
    "IdeaList",
    "answer_context",
    "counted_votes",
    "cycle_context",
    "differs",
    "drafts_of",
    "get_visible_attachment_or_404",
    "get_visible_idea_or_404",
    "idea_context",
    "ideas_in_cycle",
    "ideas_of",
    "ideas_to_answer",
    "is_public",
    "live_group",
    "may_look_behind",
    "may_see_counts",
    "own_draft",
    "own_vote",
    "responsible_body",
    "some_ideas",
    "usual_tags",
    "vote_counts",
    "votes_of",
    "why_not_propose",
    "with_answers",
    "with_comment_counts",
    "with_counted_votes",
    "with_vote_counts",
]
