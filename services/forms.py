from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import Sector
from crowd.forms import RefusedByAction
from services.models import LONGEST_NOTE, Score, Service


class RatingForm(RefusedByAction):
    """The form of a rating."""

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

    def score_typed(self) -> int:
        """Return the score; 0, which is none, for anything else."""
        typed = self.typed("score")
        return int(typed) if typed in {str(score) for score in Score.values} else 0


class ServiceFilterForm(forms.Form):
    """The query of the list; a value that makes no sense is as if it were not there."""

    sector = forms.ModelChoiceField(
        Sector.objects.all(), label=_("Отрасль"), required=False, to_field_name="slug", empty_label=_("Все отрасли")
    )

    def chosen(self) -> Sector | None:
        self.is_valid()
        sector: Sector | None = self.cleaned_data.get("sector")
        return sector
