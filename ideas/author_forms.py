from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.forms import RefusedByAction
from ideas.models import LONGEST_TEXT


class ClarificationForm(RefusedByAction, forms.Form):
    body = forms.CharField(
        label=_("Что вы хотите уточнить"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Уточнение встанет рядом с текстом идеи, с датой. Изменить его потом нельзя."),
    )

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if "\x00" in body:
            raise forms.ValidationError(_("В тексте есть знак, который нельзя сохранить."))
        return body


class InvitationForm(RefusedByAction, forms.Form):
    email = forms.EmailField(
        label=_("Электронная почта соавтора"),
        help_text=_("Мы отправим письмо. Соавтор ответит в своём личном кабинете: приглашение ждёт на этой почте."),
    )
