from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LimitsConfig(AppConfig):
    name = "crowd.limits"
    label = "limits"
    verbose_name = _("Ограничения")

    def ready(self) -> None:
        from crowd.limits import handlers  # noqa: F401 - registers the clean-up
