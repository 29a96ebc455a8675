"""The shape of what moderators type about comments and threads. What may be in it the actions say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.moderation.models import Reason
from discussions.models import Comment
from discussions.rules import LONGEST_LOCK_NOTE, LONGEST_NOTE


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Новая заметка"),
        max_length=LONGEST_NOTE,
        help_text=_("Её увидят только модераторы."),
        widget=forms.Textarea({"rows": 3}),
    )


class LockForm(forms.Form):
    note = forms.CharField(
        label=_("Почему ветка закрыта"),
        max_length=LONGEST_LOCK_NOTE,
        help_text=_("Это прочтут жители вместо формы."),
        widget=forms.Textarea({"rows": 3}),
    )


class ReasonForm(forms.Form):
    """One reason for all that were chosen."""

    reason = forms.ModelChoiceField(Reason.objects.all(), label=_("Причина"), empty_label=_("Выберите причину"))
    note = forms.CharField(
        label=_("Пояснение для авторов"),
        required=False,
        max_length=1000,
        help_text=_("Причину и пояснение прочтёт каждый из авторов."),
        widget=forms.Textarea({"rows": 2}),
    )


class VoiceForm(forms.Form):
    voice = forms.ChoiceField(label=_("От чьего имени"), choices=Comment.Voice.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["voice"].initial = Comment.Voice.OFFICIAL
