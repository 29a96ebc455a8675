from ideas.models.history import Clarification, CoAuthor, IdeaChange, IdeaVersion, OperatorEntry
from ideas.models.ideas import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Attachment,
    Idea,
    IdeaQuerySet,
    IdeaTag,
    TaggedIdea,
    private_storage,
)
from ideas.models.lists import Exposure, FacetCount
from ideas.models.pages import ASKED_FIELDS, Asked, IdeaCyclePage, ReviewCriterion
from ideas.models.reviews import HIGHEST_SCORE, LOWEST_SCORE, Answer, Review, ReviewScore
from ideas.models.votes import Vote, VoteChange, VoteRequest, new_receipt

__all__ = [
    "ASKED_FIELDS",
    "HIGHEST_SCORE",
    "LONGEST_TEXT",
    "LONGEST_TITLE",
    "LOWEST_SCORE",
    "Answer",
    "Asked",
    "Attachment",
    "Clarification",
    "CoAuthor",
    "Exposure",
    "FacetCount",
    "Idea",
    "IdeaChange",
    "IdeaCyclePage",
    "IdeaQuerySet",
    "IdeaTag",
    "IdeaVersion",
    "OperatorEntry",
    "Review",
    "ReviewCriterion",
    "ReviewScore",
    "TaggedIdea",
    "Vote",
    "VoteChange",
    "VoteRequest",
    "new_receipt",
    "private_storage",
]
