from crowd.moderation.models.decisions import Decision, DecisionQuerySet, Outcome, Reason
from crowd.moderation.models.flags import LONGEST_FLAG_NOTE, Flag, FlagQuerySet, FlagReason, Withholding
from crowd.moderation.models.sanctions import Sanction, SanctionQuerySet

__all__ = [
    "LONGEST_FLAG_NOTE",
    "Decision",
    "DecisionQuerySet",
    "Flag",
    "FlagQuerySet",
    "FlagReason",
    "Outcome",
    "Reason",
    "Sanction",
    "SanctionQuerySet",
    "Withholding",
]
