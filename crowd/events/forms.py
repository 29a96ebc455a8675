from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.events.models import Delivery


class DeliveryFilterForm(forms.Form):
    status = forms.ChoiceField(label=_("Состояние"), required=False, choices=[("", _("Все")), *Delivery.Status.choices])
    consumer = forms.ChoiceField(label=_("Получатель"), required=False)

    def __init__(self, *args: Any, consumers: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["consumer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Все")), *((name, name) for name in consumers)]
