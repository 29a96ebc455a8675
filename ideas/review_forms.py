"""Forms of whoever answers, reviews and joins ideas. What may be in them the actions say; here it is shown."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.forms import RefusedByAction
from ideas.models import LONGEST_TEXT, Idea
from ideas.review_rules import LONGEST_BODY


class AnswerForm(RefusedByAction):
    progress = forms.ChoiceField(label=_("Что решили"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Ответ жителям"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("Что будет сделано, кем и когда. Если отказ — почему и что можно сделать вместо этого."),
    )
    on_behalf = forms.CharField(label=_("От чьего имени"), max_length=LONGEST_BODY)
    given_on = forms.DateField(
        label=_("Дата ответа"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), required=False
    )
    # How many answers the writer has seen.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput({"data-kept": True}))

    def __init__(self, idea: Idea, open_to: Sequence[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        labels = dict(Idea.Progress.choices)
        self.fields["progress"].choices = [  # type: ignore[attr-defined]
            (
                value,
                _("%(state)s — так и остаётся") % {"state": labels[value]} if value == idea.progress else labels[value],
            )
            for value in open_to
        ]

    def given(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it; only after `full_clean()`."""
        known: Mapping[str, Any] = self.cleaned_data
        return {
            "progress": self.typed("progress"),
            "text": self.typed("text"),
            "on_behalf": self.typed("on_behalf"),
            "given_on": known.get("given_on"),
            "seen": known.get("seen"),
        }

    @staticmethod
    def blank(on_behalf: str, today: date, seen: int) -> dict[str, Any]:
        return {"on_behalf": on_behalf, "given_on": today, "seen": seen}
