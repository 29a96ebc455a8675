"""The shape of what staff type about ideas in the admin. What may be in it the actions say."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.errors import DomainError
from crowd.moderation.models import Reason
from ideas.models.history import LONGEST_REASON

# Steps as one presses them; the history tells them in its own words.
STEP_LABELS = {
    "shortlist": _("Отобрать"),
    "reopen": _("Снова собирать голоса"),
    "accept": _("Принять"),
    "decline": _("Отклонить"),
    "start": _("В работу"),
    "finish": _("Сделано"),
}


class Refusable:
    """Mixin: shows in the form what an action has refused."""

    def show(self, refused: DomainError) -> None:
        for name, errors in refused.fields.items():
            known = name if name in self.fields else None  # type: ignore[attr-defined]  # the form's
            self.add_error(known, [str(error) for error in errors])  # type: ignore[attr-defined]
        if not refused.fields:
            self.add_error(None, str(refused.detail))  # type: ignore[attr-defined]


class WhyForm(Refusable, forms.Form):
    """Why it is done, where that need not be said."""

    reason = forms.CharField(
        label=_("Почему"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Это прочтут все на странице идеи."),
        widget=forms.Textarea({"rows": 3}),
    )


class MustWhyForm(WhyForm):
    """Why it is done: the author and everybody who supported the idea will read it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = True


class StepForm(WhyForm):
    """One step with one idea."""

    step = forms.ChoiceField(label=_("Что сделать"), widget=forms.RadioSelect)
    field_order = ("step", "reason")

    def __init__(self, *args: Any, steps: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["step"].choices = [(name, STEP_LABELS[name]) for name in steps]  # type: ignore[attr-defined]


class RuleForm(forms.Form):
    """One rule that all the chosen ideas break."""

    reason = forms.ModelChoiceField(Reason.objects.all(), label=_("Причина"), empty_label=_("Выберите причину"))
    note = forms.CharField(
        label=_("Пояснение для авторов"),
        required=False,
        max_length=1000,
        help_text=_("Причину и пояснение прочтёт каждый из авторов."),
        widget=forms.Textarea({"rows": 2}),
    )
