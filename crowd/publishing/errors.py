from django.utils.translation import gettext_lazy as _

from crowd.errors import DomainError


class PhasesNotSeen(DomainError):
    status = 409
    code = "phases_not_seen"
    detail = _(
        "Публикация изменит этапы, которые уже видят жители. Откройте страницу ещё раз и посмотрите, что изменится."
    )
