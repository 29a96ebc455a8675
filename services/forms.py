from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import Sector
from crowd.errors import FieldErrors
from services.models import LONGEST_NOTE, Score, Service


class RatingForm(forms.Form):
    """The form of a rating. What may be in it the action says, so that every door says the same; here it is shown."""

    score = forms.ChoiceField(label=_("Ваша оценка"), choices=Score.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Пояснение"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Пояснение прочтут в ответственном органе, на сайте оно не появится."),
    )
    block = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, service: Service, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        # Several stand on one page.
        super().__init__(data, auto_id=f"service_{service.pk}_%s", **options)

    def typed(self, field: str) -> str:
        return str(self.data.get(field, ""))

    def score_typed(self) -> int:
        """Return the score; 0, which is none, for anything else."""
        typed = self.typed("score")
        return int(typed) if typed in {str(score) for score in Score.values} else 0

    def refuse(self, fields: FieldErrors) -> None:
        """Show the action's refusal beside the fields, instead of what the form alone would say."""
        self.full_clean()
        self.errors.clear()
        for field, refusals in fields.items():
            self.add_error(field, [str(refusal) for refusal in refusals])


class ServiceFilterForm(forms.Form):
    """The query of the list; a value that makes no sense is as if it were not there."""

    sector = forms.ModelChoiceField(
        Sector.objects.all(), label=_("Отрасль"), required=False, to_field_name="slug", empty_label=_("Все отрасли")
    )

    def chosen(self) -> Sector | None:
        self.is_valid()
        sector: Sector | None = self.cleaned_data.get("sector")
        return sector
