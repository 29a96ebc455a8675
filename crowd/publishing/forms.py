from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm

from crowd.publishing.rehearsal import DRAFTS, LIVE

MOMENT_FORMAT = "%Y-%m-%dT%H:%M"
EARLIEST, LATEST = 2000, 2100


class ApprovalForm(TaskStateCommentForm):
    """A comment, and which difference of phases was shown when the button was pressed."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)


class MomentForm(forms.Form):
    """The moment at which a page is rehearsed, by the site's clock, and what of it."""

    at = forms.DateTimeField(
        label=_("Показать на дату и время"),
        input_formats=[MOMENT_FORMAT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT_FORMAT),
        error_messages={"invalid": _("Такой даты нет. Выберите день и время, например 2026-11-12 10:00.")},
    )
    show = forms.ChoiceField(
        label=_("Что показать"),
        choices=[(DRAFTS, _("с черновиками, как после публикации")), (LIVE, _("только то, что опубликовано"))],
        required=False,
    )

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if not EARLIEST <= at.year < LATEST:
            raise forms.ValidationError(
                _("Выберите год от %(first)d до %(last)d."), params={"first": EARLIEST, "last": LATEST - 1}
            )
        return at

    def clean_show(self) -> str:
        return self.cleaned_data["show"] or DRAFTS

    @classmethod
    def at_now(cls, now: datetime, data: Any = None) -> "MomentForm":
        """Return the form with what was asked for; where nothing was, filled with the present."""
        if data and "at" in data:
            return cls(data)
        local = timezone.localtime(now)
        return cls({"at": local.strftime(MOMENT_FORMAT), "show": (data or {}).get("show", DRAFTS)})
