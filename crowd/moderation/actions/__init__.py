from crowd.moderation.actions.decisions import decide
from crowd.moderation.actions.flags import Raised, erase_flags, flag_contribution, merge_flags
from crowd.moderation.actions.sanctions import impose_sanction, lift_sanction

__all__ = [
    "Raised",
    "decide",
    "erase_flags",
    "flag_contribution",
    "impose_sanction",
    "lift_sanction",
    "merge_flags",
]
