from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.errors import Text
from crowd.people.models import Municipality
from search.documents import registry
from search.queries import LAST_PAGE, Filters

LONGEST_FILTER = 60


def _kinds() -> Sequence[tuple[str, Text]]:
    return [("", _("Всё")), *((kind.name, kind.label) for kind in registry.kinds.values())]


def _offered(name: str, everything: Text) -> Sequence[tuple[str, Text]]:
    choices = registry.choices.get(name)
    return [("", everything), *(choices() if choices else ())]


class WordsField(forms.CharField):
    """Any text: what cannot stand in one is a blank, since no query is an error."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\x00", " ").strip()


class SearchForm(forms.Form):
    """The query of `/search/`; a value that makes no sense is as if it were not there."""

    q = WordsField(label=_("Что искать"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    type = forms.ChoiceField(label=_("Что показать"), required=False, choices=_kinds)
    sector = forms.ChoiceField(label=_("Отрасль"), required=False, choices=lambda: _offered("sector", _("Все отрасли")))
    municipality = forms.ModelChoiceField(
        Municipality.objects.all(), label=_("Где"), required=False, to_field_name="slug", empty_label=_("Весь округ")
    )
    status = forms.ChoiceField(
        label=_("Состояние"), required=False, choices=lambda: _offered("status", _("Любое состояние"))
    )
    tag = forms.CharField(label=_("Метка"), required=False, max_length=LONGEST_FILTER, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput)

    def usable(self) -> dict[str, Any]:
        """Return what is usable of the query, empty where it is not."""
        self.is_valid()
        return self.cleaned_data

    def filters(self) -> Filters:
        values = self.usable()
        municipality = values.get("municipality")
        return Filters(
            sector=values.get("sector") or "",
            municipality=municipality.slug if municipality else "",
            status=values.get("status") or "",
            tag=values.get("tag") or "",
        )


class SimilarForm(forms.Form):
    title = WordsField(required=False)
    text = WordsField(required=False)
    cycle = forms.IntegerField(required=False, min_value=1)
