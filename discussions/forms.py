from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.converters import id_of
from crowd.errors import Invalid
from crowd.forms import RefusedByAction
from discussions.models import LONGEST_COMMENT, Comment

# About so many comments one asks at once what is one's own of.
MOST_ASKED = 200


class CommentForm(RefusedByAction):
    """The form of a comment."""

    body = forms.CharField(label=_("Ваш комментарий"), max_length=LONGEST_COMMENT, widget=forms.Textarea({"rows": 4}))
    stance = forms.ChoiceField(
        label=_("Позиция"), required=False, choices=[("", _("без позиции")), *Comment.Stance.choices]
    )
    # Whom it answers is a part of what is typed: the draft keeps it.
    parent = forms.CharField(required=False, widget=forms.HiddenInput({"data-kept": True}))

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="comment_%s", **options)

    @classmethod
    def of(cls, comment: Comment) -> "CommentForm":
        """Return the form with what the comment says now."""
        return cls(initial={"body": comment.body, "stance": comment.stance})

    def parent_id(self) -> int | None:
        """Return the id of the comment that is answered; 0, which nobody has, for what is no id."""
        typed = self.typed("parent").strip()
        return id_of(typed) if typed else None


class SliceForm(forms.Form):
    """Which comments are asked for: what changed after a number, what was published before one, a branch."""

    after = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    before = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    parent = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    root = forms.IntegerField(required=False, min_value=1, max_value=2**62)


def ids_of(text: str) -> list[int]:
    """Return the ids that a script asks about; refuse what is none, and too many."""
    ids = [id_of(part) for part in text.split(",")] if text else []
    if not all(ids) or len(ids) > MOST_ASKED:
        raise Invalid(fields={"ids": [_("Нужны номера комментариев через запятую, не больше 200.")]})
    return ids


def reaction_of(text: str) -> int:
    """Return the reaction that was sent; 2, which is none, for what is no number."""
    return {"1": 1, "0": 0, "-1": -1}.get(text, 2)
