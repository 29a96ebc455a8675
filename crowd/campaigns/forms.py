from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from crowd.campaigns.segments import is_reserved

HOME_DEPTH = 2


class SitePageForm(WagtailAdminPageForm):
    """Refuses, beside the field, an address that the site itself needs: `/search/` is the search, not a page."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        directly_beneath_home = self.parent_page is not None and self.parent_page.depth == HOME_DEPTH
        if directly_beneath_home and is_reserved(cleaned.get("slug") or ""):
            self.add_error("slug", _("Этот адрес занят самим сайтом. Выберите другой."))
        return cleaned


class BlockPageForm(SitePageForm):
    """Refuses phases that contradict each other or the block, at the field where it can be mended."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        formset = self.formsets.get("phases")
        if formset is None:
            return cleaned
        formset.is_valid()
        forms = [form for form in formset.forms if form.has_changed() or form.instance.pk]
        forms = [form for form in forms if hasattr(form, "cleaned_data") and not form.cleaned_data.get("DELETE")]
        for form in forms:
            self._check_alone(form)
        for earlier, later in combinations(forms, 2):
            self._check_together(earlier, later)
        return cleaned

    def _check_alone(self, form: Any) -> None:
        for activity in _opened(form) - self.instance.activities:
            form.add_error(activity, _("В таком разделе этого не бывает."))

    def _check_together(self, one: Any, other: Any) -> None:
        first, second = one.cleaned_data, other.cleaned_data
        if not all(data.get(field) for data in (first, second) for field in ("opens_at", "closes_at")):
            return
        overlap = first["opens_at"] < second["closes_at"] and second["opens_at"] < first["closes_at"]
        shared = _opened(one) & _opened(other)
        if overlap and shared:
            later = max(one, other, key=lambda form: form.cleaned_data["opens_at"])
            name = (one if later is other else other).cleaned_data.get("name", "")
            later.add_error(
                "opens_at", _("Пересекается с этапом «%(name)s», который открывает то же самое.") % {"name": name}
            )


class PageTranslationForm(WagtailAdminPageForm):
    """Refuses a second translation into one language beside the language, since its slug is typed by nobody."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.parent_page is None:
            return cleaned
        standing = self.parent_page.get_children().filter(slug=cleaned.get("language", ""))
        if standing.exclude(pk=self.instance.pk).exists():
            self.add_error("language", _("Перевод на этот язык у страницы уже есть: измените его."))
        return cleaned


def _opened(form: Any) -> set[str]:
    from crowd.campaigns.models import Activity

    return {activity for activity in Activity.values if form.cleaned_data.get(activity)}
