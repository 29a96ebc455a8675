from crowd.moderation.actions.decisions import decide
from crowd.moderation.actions.sanctions import confirm_warning, impose_sanction, lift_sanction

__all__ = ["confirm_warning", "decide", "impose_sanction", "lift_sanction"]
