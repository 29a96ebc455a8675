"""What a list of ideas may be asked for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext_lazy as _

from ideas.models import FacetCount, Idea
from ideas.queries import LAST_PAGE
from ideas.queries.facets import Facets, municipalities, sectors

Facet = FacetCount.Facet

ORDER_NAMES = {
    "fair": _("Вперемешку"),
    "top": _("Сначала с большей поддержкой"),
    "new": _("Сначала новые"),
    "discussed": _("Сначала обсуждаемые"),
}
STATUSES = [choice for choice in Idea.Progress.choices if choice[0] not in Idea.UNLISTED]


class IdeaFilterForm(forms.Form):
    """The query of a list of ideas; a value that makes no sense is as if it were not there.

    `order` is the one that stands where none is asked for; without `by_votes` there is no order by votes to choose.
    """

    q = forms.CharField(label=_("Слова"), max_length=200, required=False, widget=forms.TextInput({"type": "search"}))
    sector = forms.ChoiceField(label=_("Отрасль"), required=False)
    municipality = forms.ChoiceField(label=_("Где"), required=False)
    status = forms.ChoiceField(label=_("Состояние"), required=False)
    order = forms.ChoiceField(label=_("Порядок"), required=False)
    tag = forms.SlugField(required=False, allow_unicode=True, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, facets: Facets, order: str, by_votes: bool) -> None:
        super().__init__(data)
        self.default_order = order
        self.facets = facets
        self._offer("sector", _("Все отрасли"), ((row.slug, str(row)) for row in sectors()))
        self._offer("municipality", _("Весь округ"), ((row.slug, str(row)) for row in municipalities()))
        self._offer("status", _("Любое"), STATUSES)
        orders = [(name, label) for name, label in ORDER_NAMES.items() if by_votes or name != "top"]
        self._choices("order", sorted(orders, key=lambda choice: choice[0] != order))

    def filters(self) -> dict[str, Any]:
        """Return what is usable of the query."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            **{name: cleaned.get(name) or "" for name in ("q", "sector", "municipality", "status", "tag")},
            "order": cleaned.get("order") or self.default_order,
            "page": cleaned.get("page") or 1,
        }

    def _offer(self, facet: str, everything: Any, choices: Iterable[tuple[str, Any]]) -> None:
        named = [(value, self._counted(facet, value, label)) for value, label in choices]
        self._choices(facet, [("", everything), *named])

    def _counted(self, facet: str, value: str, label: Any) -> str:
        count = self.facets.of(facet, value)
        return f"{label} ({intcomma(count)})" if count else str(label)

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
