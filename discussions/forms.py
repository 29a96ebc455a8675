from django import forms
from django.utils.translation import gettext_lazy as _

from discussions.models import Comment


class CommentForm(forms.Form):
    """The shape of a comment; what is allowed in it the action says, so that every door says the same."""

    body = forms.CharField(label=_("Ваш комментарий"), required=False, strip=False)
    parent = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    stance = forms.ChoiceField(label=_("Позиция"), required=False, choices=[("", _("без позиции")), *Comment.Stance.choices])


class SliceForm(forms.Form):
    """Which comments are asked for: what changed after a number, or what was published before one."""

    after = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    before = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    parent = forms.IntegerField(required=False, min_value=1, max_value=2**62)
