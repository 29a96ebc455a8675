from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.errors import FieldErrors
from discussions.models import LONGEST_COMMENT, Comment

LONGEST_ID = 18


class CommentForm(forms.Form):
    """The form of a comment. What may be in it the action says, so that every door says the same; here it is shown."""

    body = forms.CharField(label=_("Ваш комментарий"), max_length=LONGEST_COMMENT, widget=forms.Textarea({"rows": 4}))
    stance = forms.ChoiceField(
        label=_("Позиция"), required=False, choices=[("", _("без позиции")), *Comment.Stance.choices]
    )
    # Whom it answers is a part of what is typed: the draft keeps it.
    parent = forms.CharField(required=False, widget=forms.HiddenInput({"data-kept": True}))

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="comment_%s", **options)

    def typed(self, field: str) -> str:
        return str(self.data.get(field, ""))

    def parent_id(self) -> int | None:
        """Return the id of the comment that is answered; 0, which nobody has, for what is no id."""
        typed = self.typed("parent").strip()
        if not typed:
            return None
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_ID else 0

    def refuse(self, fields: FieldErrors) -> None:
        """Show the action's refusal beside the fields, instead of what the form alone would say."""
        self.full_clean()
        self.errors.clear()
        for field, refusals in fields.items():
            self.add_error(field, [str(refusal) for refusal in refusals])


class SliceForm(forms.Form):
    """Which comments are asked for: what changed after a number, or what was published before one."""

    after = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    before = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    parent = forms.IntegerField(required=False, min_value=1, max_value=2**62)
