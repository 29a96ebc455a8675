from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.errors import FieldErrors
from crowd.limits.queries import RuleInForce
from crowd.limits.rules import SIDES, largest, smallest

LABELS = {"person": _("Один человек"), "network": _("Одна сеть")}
UNCOUNTED = _("Обычно %(usual)d. От %(least)d до %(most)d; 0 — не считать.")
COUNTED = _("Обычно %(usual)d. От %(least)d до %(most)d.")


class LimitForm(forms.Form):
    """How often each side may act. A side that the rule never counts is not asked for."""

    def __init__(self, *args: Any, rule: RuleInForce, **options: Any) -> None:
        super().__init__(*args, **options)
        for side in SIDES:
            usual: int = getattr(rule.usual, side)
            if not usual:
                continue
            least = smallest(rule.rule, side)
            said = COUNTED if least else UNCOUNTED
            self.fields[side] = forms.IntegerField(
                label=LABELS[side],
                initial=getattr(rule.now, side),
                help_text=said % {"usual": usual, "least": least or 1, "most": largest(rule.rule, side)},
                error_messages={"required": _("Укажите число."), "invalid": _("Укажите целое число.")},
            )

    def refuse(self, fields: FieldErrors) -> None:
        for side, refusals in fields.items():
            self.add_error(side, [str(refusal) for refusal in refusals])
