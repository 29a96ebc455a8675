from crowd.moderation.actions.decisions import decide
from crowd.moderation.actions.sanctions import impose_sanction, lift_sanction

__all__ = ["decide", "impose_sanction", "lift_sanction"]
