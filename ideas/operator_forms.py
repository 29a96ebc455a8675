"""What operators type for residents: who is there and how they agreed, then the idea or the voice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.people.forms import MunicipalityField, NameField
from ideas.models import IdeaCyclePage, Vote
from ideas.staff_forms import Refusable
from ideas.staff_rules import LONGEST_CONSENT


class ResidentForm(Refusable, forms.Form):
    """The resident, by the document that the operator sees. The number is kept nowhere."""

    document_number = forms.CharField(
        label=_("Серия и номер документа"),
        max_length=60,
        help_text=_("По документу узнаём, что человек уже был. Сам номер нигде не сохраняется."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    display_name = NameField(help_text=_("Так житель будет назван на сайте: например, «Анна С.». Спросите его."))
    municipality = MunicipalityField(label=_("Где живёт"))
    agrees = forms.BooleanField(
        label=_("Житель согласился на обработку персональных данных"),
        error_messages={"required": _("Без согласия вводить за жителя нельзя.")},
    )
    consent = forms.CharField(
        label=_("Как дано согласие"),
        max_length=LONGEST_CONSENT,
        help_text=_("Например: «подписал бланк № 17» или «устно, при сотруднике Ивановой»."),
    )

    @property
    def resident(self) -> dict[str, Any]:
        """What is known of the resident, as the action takes it. Only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in ("document_number", "display_name", "municipality")}


class VoiceForm(ResidentForm):
    value = forms.TypedChoiceField(
        label=_("Голос"),
        coerce=int,
        choices=[(Vote.Value.FOR.value, _("за")), (Vote.Value.AGAINST.value, _("против"))],
        widget=forms.RadioSelect,
        initial=Vote.Value.FOR.value,
    )
    field_order = ("value",)

    def __init__(self, *args: Any, cycle: IdeaCyclePage, **options: Any) -> None:
        super().__init__(*args, **options)
        if not cycle.takes_against:
            self.fields["value"].widget = forms.HiddenInput()


class FindIdeaForm(forms.Form):
    q = forms.CharField(label=_("Слова из названия или номер идеи"), required=False, max_length=200)
