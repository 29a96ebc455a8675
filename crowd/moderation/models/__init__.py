from crowd.moderation.models.appeals import LONGEST_APPEAL, Appeal, AppealQuerySet
from crowd.moderation.models.decisions import Decision, DecisionQuerySet, Outcome, Reason
from crowd.moderation.models.register import RegisterMonth
from crowd.moderation.models.sanctions import Sanction, SanctionQuerySet

__all__ = [
    "LONGEST_APPEAL",
    "Appeal",
    "AppealQuerySet",
    "Decision",
    "DecisionQuerySet",
    "Outcome",
    "Reason",
    "RegisterMonth",
    "Sanction",
    "SanctionQuerySet",
]
