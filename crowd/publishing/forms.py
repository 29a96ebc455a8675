from django import forms
from wagtail.forms import TaskStateCommentForm


class ApprovalForm(TaskStateCommentForm):  # type: ignore[misc]  # Wagtail ships no types
    """A comment, and which difference of phases was shown when the button was pressed."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
