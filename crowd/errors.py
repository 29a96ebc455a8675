"""What can be refused. Actions raise these; one middleware turns them into pages and API errors."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Text: TypeAlias = str | StrPromise
else:
    Text = str | Promise
FieldErrors: TypeAlias = Mapping[str, Sequence[Text]]


class DomainError(Exception):
    """A refusal in words that a resident understands.

    `status` is the HTTP status, `code` the machine's word for it, `detail` the sentence, `fields` messages by field.
    """

    status = 400
    code = "error"
    detail: Text = _("Это действие не выполнено.")

    def __init__(self, detail: Text | None = None, *, fields: FieldErrors | None = None) -> None:
        if detail is not None:
            self.detail = detail
        self.fields: FieldErrors = fields or {}
        super().__init__(self.detail)


class NotSignedIn(DomainError):
    status = 401
    code = "not_signed_in"
    detail = _("Войдите, чтобы продолжить. Написанное сохранится.")


class NotAllowed(DomainError):
    status = 403
    code = "not_allowed"
    detail = _("У вас нет права на это действие.")


class Silenced(NotAllowed):
    """A moderator lets the person publish nothing for a while."""

    code = "silenced"
    detail = _("Модератор ограничил вам публикации.")


class Blocked(Silenced):
    """A moderator lets the person only read for a while."""

    code = "blocked"
    detail = _("Модератор заблокировал вам участие.")


class ConsentMissing(DomainError):
    status = 403
    code = "consent_missing"
    detail = _("Чтобы участвовать, нужно согласие на обработку персональных данных.")


class NotFound(DomainError):
    status = 404
    code = "not_found"
    detail = _("Такой страницы нет, или она вам не видна.")


class PhaseClosed(DomainError):
    status = 409
    code = "phase_closed"
    detail = _("Этот этап сейчас закрыт.")


class AlreadyDecided(DomainError):
    status = 409
    code = "already_decided"
    detail = _("По этой записи уже принято решение.")


class AlreadyTaken(AlreadyDecided):
    """Another moderator is looking at the case just now."""

    code = "already_taken"
    detail = _("Эту запись сейчас смотрит другой модератор.")


class AlreadyAnswered(AlreadyDecided):
    code = "already_answered"
    detail = _("Вы уже ответили на этот вопрос. Ответить можно один раз.")


class Invalid(DomainError):
    status = 422
    code = "invalid"
    detail = _("Проверьте отмеченные поля.")


class QuotaReached(DomainError):
    status = 422
    code = "quota_reached"
    detail = _("Вы уже использовали всё, что отведено на этот этап.")


class LimitReached(DomainError):
    """Too often; `retry_after` says in how many seconds it can be tried again."""

    status = 429
    code = "limit_reached"
    detail = _("Слишком часто. Подождите немного и повторите.")

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()
