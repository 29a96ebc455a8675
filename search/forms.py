from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.errors import Text
from search.documents import registry
from search.queries import Filters

LONGEST_FILTER = 60
MOST_TAGS = 10
MOST = 2**31 - 1

Facets = Mapping[str, Mapping[str, int]]


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
    municipality = forms.ChoiceField(
        label=_("Где"), required=False, choices=lambda: _offered("municipality", _("Весь округ"))
    )
    status = forms.ChoiceField(
        label=_("Состояние"), required=False, choices=lambda: _offered("status", _("Любое состояние"))
    )
    cycle = forms.IntegerField(label=_("Сбор идей"), required=False, min_value=1, max_value=MOST, widget=forms.Select)
    tag = forms.CharField(label=_("Метка"), required=False, max_length=LONGEST_FILTER, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=MOST, widget=forms.HiddenInput)
    after = forms.CharField(required=False, widget=forms.HiddenInput)

    def usable(self) -> dict[str, Any]:
        """Return what is usable of the query, empty where it is not."""
        self.is_valid()
        return self.cleaned_data

    def filters(self) -> Filters:
        values = self.usable()
        names = ("type", "sector", "municipality", "status", "tag")
        return Filters(block_id=values.get("cycle"), **{name: values.get(name) or "" for name in names})

    def count(self, facets: Facets) -> None:
        """Offer what something was found with, and say how much; what is chosen stays to be seen."""
        for name, counts in facets.items():
            if name == "tag":
                continue
            asked = "cycle" if name == "block_id" else name
            widget = self.fields[asked].widget
            widget.choices = counted_choices(name, widget.choices, counts, str(self.usable().get(asked) or ""))

    def tags(self, facets: Facets) -> list[tuple[str, Text, int]]:
        """Return the tags that most of the found have: slug, name, how many."""
        counts = dict(list(facets.get("tag", {}).items())[:MOST_TAGS])
        names = registry.labels["tag"](counts) if counts and "tag" in registry.labels else {}
        return [(slug, names[slug], count) for slug, count in counts.items() if slug in names]


def counted_choices(
    name: str, offered: Iterable[tuple[str, Text]], counts: Mapping[str, int], chosen: str
) -> list[tuple[str, Text]]:
    """Return the choices that are chosen or found something, each with how much, «everything» first."""
    labels = registry.labels.get(name)
    known = dict(offered)
    everything = known.pop("", _("Все"))
    if labels:
        known |= labels({*counts, *filter(None, [chosen])})
    shown = [value for value in known if counts.get(value) or value == chosen]
    return [("", everything), *((value, f"{known[value]} ({counts.get(value, 0)})") for value in shown)]


class SimilarForm(forms.Form):
    title = WordsField(required=False)
    text = WordsField(required=False)
    cycle = forms.IntegerField(required=False, min_value=1)
