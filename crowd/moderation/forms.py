from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.errors import Invalid
from crowd.moderation.models import Outcome, Reason


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(choices=Outcome.choices)
    reason = forms.ModelChoiceField(
        Reason.objects.all(), required=False, label=_("Причина"), empty_label=_("Выберите причину")
    )
    note = forms.CharField(required=False, max_length=1000, label=_("Пояснение для автора"))

    def usable_data(self) -> dict[str, Any]:
        """Return the cleaned data; raise `Invalid` with the messages by field."""
        if not self.is_valid():
            raise Invalid(fields={name: [str(error) for error in errors] for name, errors in self.errors.items()})
        return self.cleaned_data
