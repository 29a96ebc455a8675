"""Every read of ideas and votes."""

from ideas.queries.access import (
    get_idea_to_vote_or_404,
    get_visible_attachment_or_404,
    get_visible_idea_or_404,
    is_public,
    live_group,
    may_look_behind,
)
from ideas.queries.answers import answer_context, ideas_to_answer, responsible_body, with_answers
from ideas.queries.authors import co_authored_by, invitations_for, is_co_author
from ideas.queries.counts import (
    counted_votes,
    counts_hidden,
    may_see_counts,
    support_told,
    vote_counts,
    votes_ahead,
    with_comment_counts,
    with_counted_votes,
    with_vote_counts,
    wrong_counts,
)
from ideas.queries.duplicates import duplicate_context, joined_by, similar_to, supporters_together
from ideas.queries.lists import (
    LAST_PAGE,
    IdeaList,
    cycle_context,
    ideas_in_cycle,
    some_ideas,
)
from ideas.queries.orders import ORDERS
from ideas.queries.own import ideas_of, mark_own_votes, vote_by_receipt, votes_of
from ideas.queries.page import idea_context
from ideas.queries.panel import cards_context, vote_context
from ideas.queries.proposals import drafts_of, own_draft, usual_tags, why_not_propose
from ideas.queries.reviews import (
    are_reviews_over,
    criteria_of,
    finished_reviews,
    ideas_for_expert,
    is_own_idea,
    is_reviewable_by,
    own_review,
    results_from,
    review_context,
)
from ideas.queries.versions import versions_of
from ideas.queries.voting import voices_left, voting_until, why_not_vote

__all__ = [
    "LAST_PAGE",
    "ORDERS",
    "IdeaList",
    "answer_context",
    "are_reviews_over",
    "cards_context",
    "co_authored_by",
    "counted_votes",
    "counts_hidden",
    "criteria_of",
    "cycle_context",
    "drafts_of",
    "duplicate_context",
    "finished_reviews",
    "get_idea_to_vote_or_404",
    "get_visible_attachment_or_404",
    "get_visible_idea_or_404",
    "idea_context",
    "ideas_for_expert",
    "ideas_in_cycle",
    "ideas_of",
    "ideas_to_answer",
    "invitations_for",
    "is_co_author",
    "is_own_idea",
    "is_public",
    "is_reviewable_by",
    "joined_by",
    "live_group",
    "mark_own_votes",
    "may_look_behind",
    "may_see_counts",
    "own_draft",
    "own_review",
    "responsible_body",
    "results_from",
    "review_context",
    "similar_to",
    "some_ideas",
    "support_told",
    "supporters_together",
    "usual_tags",
    "versions_of",
    "voices_left",
    "vote_by_receipt",
    "vote_context",
    "vote_counts",
    "votes_ahead",
    "votes_of",
    "voting_until",
    "why_not_propose",
    "why_not_vote",
    "with_answers",
    "with_comment_counts",
    "with_counted_votes",
    "with_vote_counts",
    "wrong_counts",
]
