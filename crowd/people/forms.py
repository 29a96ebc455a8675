from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crowd.people.models import Person


class SignupForm(forms.Form):
    display_name = forms.CharField(label=_("Имя на сайте"), max_length=60)

    def signup(self, request: HttpRequest, user: Person) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])
