from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "crowd.publishing"
    label = "publishing"
    verbose_name = _("Публикация")

    def ready(self) -> None:
        from crowd.publishing import handlers

        handlers.register_letters()
