"""What allauth asks of the site."""

import logging
from contextlib import suppress
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from crowd.errors import DomainError
from crowd.limits.actions import limit_request
from crowd.limits.network import client_address
from crowd.people.actions import note_confirmed_email
from crowd.people.letters import site_name
from crowd.people.models import Person

log = logging.getLogger(__name__)


class MailAway(DomainError):
    status = 503
    code = "mail_away"
    detail = _("Письмо сейчас не отправляется. Повторите через несколько минут.")


def _in_language(name: str, value: Any, language: str) -> Any:
    """Return the link of a letter in the language; anything else as it is."""
    return translate_url(value, language) if name.endswith("_url") and isinstance(value, str) else value


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Эта учётная запись отключена."),
        "cannot_remove_primary_email": _("Основную почту удалить нельзя. Сначала выберите другую."),
        "duplicate_email": _("Эта почта уже есть в вашей учётной записи."),
        "email_password_mismatch": _("Почта или пароль не подошли. Проверьте и попробуйте ещё раз."),
        "email_taken": _("Эту почту использовать нельзя."),
        "enter_current_password": _("Нынешний пароль не подошёл."),
        "incorrect_code": _("Код не подошёл. Возьмите из приложения новый и введите ещё раз."),
        "incorrect_password": _("Пароль не подошёл."),
        "invalid_or_expired_key": _("Ссылка устарела или неполная."),
        "invalid_login": _("Войти не получилось."),
        "invalid_password_reset": _("Ссылка для нового пароля устарела или уже использована."),
        "max_email_addresses": _("Адресов может быть не больше %d."),
        "unverified_primary_email": _("Сначала подтвердите почту по ссылке из письма."),
        "unknown_email": _("Учётной записи с такой почтой нет."),
    }

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        # Its pages are pages only; one shape fewer to guard.
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def format_email_subject(self, subject: str) -> str:
        """Return the subject without allauth's prefix: the sender's name says whence it comes."""
        return str(subject)

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:  # noqa: FBT001, FBT002
        user.display_name = form.cleaned_data["display_name"]
        user.municipality = form.cleaned_data.get("municipality")
        user.language = get_language() or settings.LANGUAGE_CODE
        saved: Person = super().save_user(request, user, form, commit)
        return saved

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before a password is looked at: at sign-in and wherever one is asked again."""
        limit_request(request, "sign_in", person_key=f"email:{credentials.get('email', '').lower()}")

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing to give back: a good password after nine bad ones does not open the way to nine more."""

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            note_confirmed_email(person=email_address.user)
        return confirmed

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:  # noqa: FBT001
        if not signup:
            limit_request(request, "confirm_email", person_key=f"email:{emailconfirmation.email_address.email}")
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner that somebody signs up with their e-mail; not what a robot fills in."""
        if not getattr(allauth_context.request, "trapped", False):
            super().send_account_already_exists_mail(email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - allauth's signature
        return reverse("people:me")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell by mail what was changed; the change itself stands, whether or not the mail goes out."""
        with suppress(MailAway):
            super().send_notification_mail(*args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the letter in its reader's language, whoever asked for it; its links lead there too."""
        reader = context.get("user") or Person.objects.filter(email__iexact=email).first()
        language = reader.language if isinstance(reader, Person) else get_language() or settings.LANGUAGE_CODE
        context = {name: _in_language(name, value, language) for name, value in context.items()}
        try:
            with override(language):
                super().send_mail(template_prefix, email, context | {"site_name": site_name()})
        except (OSError, SMTPException) as error:
            log.exception("mail.failed", extra={"template": template_prefix})
            raise MailAway from error
