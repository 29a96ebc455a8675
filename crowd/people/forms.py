"""Forms of the account and the profile: the shape of input; labels in Russian, no hints inside of the fields.

Those that allauth names in its settings extend its own. Their limits are taken here, where a form is known to be good
and before anything is written; the refusal goes through the view to the middleware.
"""

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crowd.errors import Text
from crowd.limits.actions import came_unproved, limit_request
from crowd.people.actions import give_consent
from crowd.people.models import ConsentText, Municipality, Person
from crowd.people.queries import current_consent_text
from crowd.people.robots import Filling, is_trapped, seen_now, time_of_filling
from crowd.people.rules import LONGEST_NAME, name_problem, tidy_name

PASSWORD_HELP = _("Не короче 8 знаков. Не только цифры и не из самых частых паролей.")
CHANGED_TEXT = _("Текст согласия изменился. Прочитайте его и отметьте ещё раз.")
FILLED = {
    Filling.TOO_QUICK: _(
        "Форма заполнена быстрее, чем успевает человек. Проверьте написанное, введите пароль и отправьте ещё раз."
    ),
    Filling.STALE: _("Страница открыта слишком давно. Проверьте написанное, введите пароль и отправьте ещё раз."),
}


class NameField(forms.CharField):
    """A name that others will see: tidied, then held against the rules."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Имя на сайте"))
        kwargs.setdefault("help_text", _("Его увидят другие жители. Почту не увидит никто."))
        kwargs.setdefault("max_length", LONGEST_NAME)
        super().__init__(strip=True, **kwargs)
        self.widget.attrs.setdefault("autocomplete", "nickname")

    def to_python(self, value: Any) -> str:
        return tidy_name(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if problem := name_problem(value):
            raise ValidationError(problem)


class MunicipalityField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """One of the 22, cities before districts; may stay empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Где вы живёте"))
        kwargs.setdefault("empty_label", _("Не указано"))
        super().__init__(queryset=Municipality.objects.all(), required=False, **kwargs)


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    display_name = NameField()
    municipality = MunicipalityField()

    class Meta:
        model = Person
        fields = ("display_name", "municipality")

    def _post_clean(self) -> None:
        """Leave the instance alone: the action writes, and a refused name must not stand in the page's head."""


class ConsentForm(forms.Form):
    """The consent to one version of the text; where that is no longer the one in force, the new one is asked."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=_("Я даю согласие на обработку персональных данных"),
        error_messages={"required": _("Чтобы участвовать, отметьте согласие.")},
    )

    def __init__(self, text: ConsentText, data: QueryDict | None = None) -> None:
        self.text = text
        shown = data.get("version", "") if data is not None else ""
        self.outdated = data is not None and shown != str(text.version)
        super().__init__(_with_new_version(data, "version", text) if data and self.outdated else data)
        self.initial["version"] = text.version

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.outdated:
            _ask_again(self)
        return cleaned


def _with_new_version(data: QueryDict, name: str, text: ConsentText) -> QueryDict:
    """Return what was posted with the version in force and the box not ticked."""
    fresh = data.copy()
    fresh[name] = str(text.version)
    fresh.pop("consent", None)
    return fresh


def _ask_again(form: forms.Form) -> None:
    form.errors.pop("consent", None)
    form.add_error("consent", str(CHANGED_TEXT))


class Plain:
    """Mixin: labels of ours, no placeholders (they vanish while one types and are too pale to read)."""

    labels: dict[str, Text] = {
        "email": _("Электронная почта"),
        "login": _("Электронная почта"),
        "password": _("Пароль"),
        "password1": _("Новый пароль"),
        "password2": _("Новый пароль ещё раз"),
        "oldpassword": _("Нынешний пароль"),
        "remember": _("Запомнить меня на этом устройстве"),
        "code": _("Код"),
    }
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.labels:
                field.label = str(self.labels[name])
            if name == "password1":
                field.help_text = str(PASSWORD_HELP)
            elif name in {"password", "oldpassword"}:
                field.help_text = ""


class LoginForm(Plain, account.LoginForm):
    """The limit is taken by the adapter, which every check of a password passes."""


class SignupForm(Plain, account.SignupForm):
    """Sign-up: e-mail, name, municipality, password, and the consent in force with its version.

    Beside the fields its page holds what tells robots (`crowd/people/robots.py`): a field that nobody sees, the moment
    at which the form was first shown, and where a browser gets a task to solve.
    """

    account_already_exists: bool
    data: QueryDict
    has_trap = True
    proof_for = "sign_up"
    labels = Plain.labels | {"password1": _("Пароль")}
    display_name = NameField()
    municipality = MunicipalityField()
    consent_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    consent = forms.BooleanField(error_messages={"required": _("Чтобы зарегистрироваться, отметьте согласие.")})
    field_order = ("email", "display_name", "municipality", "password1", "consent", "consent_version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filling = time_of_filling(self.data.get("seen_at", "")) if self.is_bound else Filling.ENOUGH
        # Who was too quick gets the same moment again, and is late enough with the next try.
        self.seen_at = self.data["seen_at"] if self.is_bound and self.filling is not Filling.STALE else seen_now()
        self.text = current_consent_text()
        self.fields["email"].help_text = str(_("Пришлём письмо со ссылкой. Почту не увидит никто, кроме вас."))
        if self.text is None:
            del self.fields["consent"], self.fields["consent_version"]
            return
        self.fields["consent"].label = format_html(
            '{} <a href="{}" target="_blank" rel="noopener">{}</a>',
            _("Я даю"),
            reverse("consent"),
            _("согласие на обработку персональных данных"),
        )
        self.initial["consent_version"] = self.text.version
        self.outdated = self.is_bound and self.data.get("consent_version", "") != str(self.text.version)
        if self.outdated:
            self.data = _with_new_version(self.data, "consent_version", self.text)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.text is not None and self.outdated:
            _ask_again(self)
        if self.filling is not Filling.ENOUGH:
            self.add_error(None, str(FILLED[self.filling]))
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[Person | None, HttpResponse | None]:
        """Create the account, or where the e-mail has one, do what looks the same from outside.

        A robot that filled in what nobody sees meets the same: the page says that a letter is on its way. None is sent
        and no account made; told so, the robot would only learn which field to leave alone.
        """
        self._limit(request)
        if is_trapped(self.data):
            request.trapped = True  # type: ignore[attr-defined]  # the adapter sends no letter then
            self.account_already_exists = True
        if not self.account_already_exists:
            try:
                return self.save(request), None
            except IntegrityError:
                # Somebody was faster by a moment.
                self.account_already_exists = True
        else:
            # As long as the real thing takes.
            get_user_model()().set_password(self.cleaned_data["password1"])
        saved: tuple[Person | None, HttpResponse | None] = super().try_save(request)
        return saved

    def _limit(self, request: HttpRequest) -> None:
        """Count the try; where the network signs many up, count what came without the work of a browser apart."""
        key = f"email:{self.cleaned_data['email']}"
        used = limit_request(request, "sign_up", person_key=key)
        # The e-mail is a claim, which says nothing of who sends.
        by_network = [one for one in used if one.side == "network"]
        if came_unproved(request, by_network, newcomer=True):
            limit_request(request, "sign_up_unproved", person_key=key)

    @transaction.atomic
    def save(self, request: HttpRequest) -> Person:
        person: Person = super().save(request)
        if self.text is not None:
            give_consent(person=person, text=self.text)
        return person


class AddEmailForm(Plain, account.AddEmailForm):
    def save(self, request: HttpRequest) -> Any:
        limit_request(request, "confirm_email")
        return super().save(request)


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    def clean_oldpassword(self) -> str:
        limit_request(context.request, "sign_in", person_key=f"email:{self.user.email.lower()}")
        password: str = super().clean_oldpassword()
        return password


class SetPasswordForm(Plain, account.SetPasswordForm):
    pass


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        limit_request(request, "password_reset", person_key=f"email:{self.cleaned_data['email'].lower()}")
        email: str = super().save(request, **kwargs)
        return email


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    """The limit is taken by the adapter, as at sign-in."""


class FindPersonForm(forms.Form):
    """The operator's first step: the person, by the exact e-mail."""

    email = forms.EmailField(label=_("Почта, с которой человек зарегистрировался"))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.person = Person.objects.filter(email__iexact=email, is_active=True).first()
        if self.person is None:
            raise ValidationError(_("Учётной записи с такой почтой нет. Проверьте адрес по буквам."))
        return email


class DocumentForm(FindPersonForm):
    """The second step: the document, for the person who was found."""

    email = forms.EmailField(widget=forms.HiddenInput)
    document_number = forms.CharField(
        label=_("Серия и номер документа"),
        max_length=60,
        help_text=_("Номер нигде не сохраняется: остаётся только отпечаток, из которого его не узнать."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
