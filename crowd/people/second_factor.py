"""The second factor: allauth's, with its limits and its memory of used codes in the database instead of the cache."""

import time
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crowd.limits.actions import limit_request
from crowd.people.forms import Plain
from crowd.people.models import Person

# Longer than a code can be valid, its tolerance on both sides included.
REMEMBERED_SECONDS = 300


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("Пока включён вход с кодом, новую почту добавить нельзя."),
        "cannot_delete_authenticator": _("Вход с кодом отключить нельзя."),
        "cannot_generate_recovery_codes": _("Запасные коды можно создать только после включения входа с кодом."),
        "incorrect_code": _("Код не подошёл. Возьмите из приложения новый и введите ещё раз."),
        "unverified_email": _("Сначала подтвердите все адреса почты или удалите лишние, потом включайте вход с кодом."),
    }

    def get_totp_issuer(self) -> str:
        return settings.WAGTAIL_SITE_NAME


class RememberingTOTP(TOTP):
    """A code works once. Which ones were used is written into the row itself, so that it holds without any cache."""

    @transaction.atomic
    def _mark_code_used(self, code: str) -> bool:
        row = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        now = time.time()
        used = {known: at for known, at in row.data.get("used", {}).items() if at > now - REMEMBERED_SECONDS}
        code = normalize_user_code(code)
        if code in used:
            return False
        row.data["used"] = used | {code: now}
        row.save(update_fields=["data"])
        self.instance.data = row.data
        return True


def count_as_given(*, request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    """Whoever has just turned the second factor on has given it: nobody types two codes in a row."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, method="mfa", type=authenticator.type, id=authenticator.pk)


class LimitedCode(Plain):
    """Mixin: guesses are counted in the database before any code is looked at."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        limit_request(context.request, "second_factor", person_key=f"person:{self.user.pk}")
        code: str = self.cleaned_data["code"]
        for authenticator in Authenticator.objects.filter(user=self.user):
            known = authenticator.type == Authenticator.Type.TOTP
            if (RememberingTOTP(authenticator) if known else authenticator.wrap()).validate_code(code):
                authenticator.user = self.user
                self.authenticator = authenticator
                return code
        raise account_adapter().validation_error("incorrect_code")


class AuthenticateForm(LimitedCode, base.AuthenticateForm):
    pass


class ReauthenticateForm(LimitedCode, base.ReauthenticateForm):
    pass


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):
    labels = Plain.labels | {"code": _("Код из приложения")}

    def clean_code(self) -> str:
        limit_request(context.request, "second_factor", person_key=f"person:{self.user.pk}")
        code: str = super().clean_code()
        return code
