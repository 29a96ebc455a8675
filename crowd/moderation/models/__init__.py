from crowd.moderation.models.decisions import Decision, DecisionQuerySet, Outcome, Reason
from crowd.moderation.models.sanctions import Sanction, SanctionQuerySet

__all__ = ["Decision", "DecisionQuerySet", "Outcome", "Reason", "Sanction", "SanctionQuerySet"]
