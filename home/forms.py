import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crowd import clock
from crowd.campaigns.forms import SitePageForm

# The editor marks paragraphs with keys of its own.
KEYS = re.compile(r' data-block-key="[^"]*"')


class PolicyPageForm(SitePageForm):
    """Holds that what is or was in force stays as people read it, and that a new version comes after the others."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        self._check_kind(cleaned.get("kind", ""))
        formset = self.formsets.get("versions")
        if formset is None:
            return cleaned
        formset.is_valid()
        forms = [form for form in formset.forms if hasattr(form, "cleaned_data")]
        standing = self._in_force()
        for form in forms:
            self._check_version(form, standing)
        self._number([form for form in forms if form.has_changed() and not form.cleaned_data.get("DELETE")])
        return cleaned

    def _check_kind(self, kind: str) -> None:
        from home.models import PolicyPage

        others = PolicyPage.objects.filter(kind=kind).exclude(pk=self.instance.pk)
        if kind != PolicyPage.Kind.OTHER and others.exists():
            self.add_error("kind", _("Такой документ уже есть: добавьте редакцию в нём."))

    def _in_force(self) -> dict[int, Any]:
        """Return the published versions that are or were in force, by id."""
        from home.models import PolicyVersion

        today = timezone.localdate(clock.now())
        if not self.instance.pk or not self.instance.live:
            return {}
        return {row.pk: row for row in PolicyVersion.objects.filter(page=self.instance.pk, in_force_from__lte=today)}

    def _check_version(self, form: Any, standing: dict[int, Any]) -> None:
        before = standing.get(form.instance.pk)
        data = form.cleaned_data
        if before is None:
            latest = max((row.in_force_from for row in standing.values()), default=None)
            if latest and data.get("in_force_from") and data["in_force_from"] <= latest:
                form.add_error("in_force_from", _("Новая редакция вступает в силу позже тех, что уже действовали."))
            return
        if data.get("DELETE"):
            # A row that is to be deleted is not checked itself.
            self.add_error(None, _("Редакцию, которую люди уже прочитали, удалить нельзя."))
        for name in ("in_force_from", "body"):
            if name in data and _words(data[name]) != _words(getattr(before, name)):
                form.add_error(name, _("Эта редакция уже действует. Добавьте новую, а эту оставьте как есть."))

    def _number(self, forms: list[Any]) -> None:
        """Give each new version the next number; what is numbered keeps it, since it is part of an address."""
        from home.models import PolicyVersion

        taken = PolicyVersion.objects.filter(page=self.instance.pk).values_list("number", flat=True)
        known = [form.instance.number for form in self.formsets["versions"].forms if form.instance.number]
        last = max([*taken, *known], default=0)
        new = [form for form in forms if not form.instance.number and form.cleaned_data.get("in_force_from")]
        for form in sorted(new, key=lambda form: form.cleaned_data["in_force_from"]):
            last += 1
            form.instance.number = last


def _words(value: object) -> str:
    return KEYS.sub("", str(value))
