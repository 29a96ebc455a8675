from crowd.moderation.models.appeals import LONGEST_APPEAL, Appeal, AppealQuerySet
from crowd.moderation.models.claims import Claim, ClaimQuerySet
from crowd.moderation.models.decisions import Decision, DecisionQuerySet, Outcome, Reason
from crowd.moderation.models.escalations import LONGEST_ESCALATION, Escalation, EscalationQuerySet
from crowd.moderation.models.flags import LONGEST_FLAG_NOTE, Flag, FlagQuerySet, FlagReason, Withholding
from crowd.moderation.models.machine import Burst, Screening, ScreeningQuerySet, TrainedModel, WatchedPhrase
from crowd.moderation.models.register import RegisterMonth
from crowd.moderation.models.sanctions import Sanction, SanctionQuerySet

__all__ = [
    "LONGEST_APPEAL",
    "LONGEST_ESCALATION",
    "LONGEST_FLAG_NOTE",
    "Appeal",
    "AppealQuerySet",
    "Burst",
    "Claim",
    "ClaimQuerySet",
    "Decision",
    "DecisionQuerySet",
    "Escalation",
    "EscalationQuerySet",
    "Flag",
    "FlagQuerySet",
    "FlagReason",
    "Outcome",
    "Reason",
    "RegisterMonth",
    "Sanction",
    "SanctionQuerySet",
    "Screening",
    "ScreeningQuerySet",
    "TrainedModel",
    "WatchedPhrase",
    "Withholding",
]
