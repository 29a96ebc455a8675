from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crowd.converters import id_of
from crowd.forms import RefusedByAction
from crowd.moderation.models import LONGEST_FLAG_NOTE, FlagReason


class ReasonField(forms.ModelChoiceField):  # type: ignore[type-arg] # Django's takes none at run time
    """Says in which language each reason is: not all are translated."""

    def label_from_instance(self, reason: FlagReason) -> str:
        return format_html('<span lang="{}">{}</span>', reason.language, reason.label)


class FlagForm(RefusedByAction):
    """What somebody has against a post. Which post, the form carries along."""

    kind = forms.CharField(widget=forms.HiddenInput)
    id = forms.CharField(widget=forms.HiddenInput)
    reason = ReasonField(
        FlagReason.objects.all(),
        label=_("Что не так"),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Пояснение для модератора"),
        help_text=_("Если по тексту не видно, в чём дело. Чужие личные данные не повторяйте."),
        required=False,
        max_length=LONGEST_FLAG_NOTE,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="flag_%s", **options)

    def subject_id(self) -> int:
        """Return the id of the post; 0, which nothing has, for what is no id."""
        return id_of(self.typed("id").strip())

    def chosen(self) -> FlagReason | None:
        return FlagReason.objects.filter(slug=self.typed("reason")).first()
