from crowd.moderation.actions.appeals import appeal_decision, decide_appeal
from crowd.moderation.actions.cases import decide_as_meant, escalate, mark_duplicate
from crowd.moderation.actions.claims import claim_case, claim_next, forget_claims, release_case
from crowd.moderation.actions.decisions import decide
from crowd.moderation.actions.flags import Raised, erase_flags, flag_contribution, merge_flags
from crowd.moderation.actions.register import fold_register
from crowd.moderation.actions.sanctions import confirm_warning, impose_sanction, lift_sanction

__all__ = [
    "Raised",
    "appeal_decision",
    "claim_case",
    "claim_next",
    "confirm_warning",
    "decide",
    "decide_appeal",
    "decide_as_meant",
    "erase_flags",
    "escalate",
    "flag_contribution",
    "fold_register",
    "forget_claims",
    "impose_sanction",
    "lift_sanction",
    "mark_duplicate",
    "merge_flags",
    "release_case",
]
