from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.forms import invalid
from crowd.moderation.models import Outcome, Reason
from crowd.moderation.rules import LONGEST_NOTE


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(choices=Outcome.choices)
    reason = forms.ModelChoiceField(
        Reason.objects.all(), required=False, label=_("Причина"), empty_label=_("Выберите причину")
    )
    note = forms.CharField(required=False, max_length=1000, label=_("Пояснение для автора"))
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    def usable_data(self) -> dict[str, Any]:
        """Return the cleaned data; raise `Invalid` with the messages by field."""
        if not self.is_valid():
            raise invalid(self)
        return self.cleaned_data


class SanctionForm(forms.Form):
    """For how long somebody publishes nothing, where, and why. The person is fixed by the post."""

    LENGTHS = (
        ("1", _("на сутки")),
        ("3", _("на 3 дня")),
        ("7", _("на неделю")),
        ("30", _("на 30 дней")),
    )

    days = forms.ChoiceField(label=_("На сколько"), choices=LENGTHS, widget=forms.RadioSelect, initial="1")
    everywhere = forms.BooleanField(
        label=_("На всём сайте"), required=False, help_text=_("Иначе — только в этом проекте.")
    )
    reason = forms.ModelChoiceField(Reason.objects.all(), label=_("Причина"), empty_label=_("Выберите причину"))
    note = forms.CharField(
        label=_("Пояснение"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("Причину и пояснение прочтёт автор."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, may_everywhere: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_everywhere:
            del self.fields["everywhere"]

    @property
    def length(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["days"]))
