from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Страницы")

    def ready(self) -> None:
        from home import documents, handlers  # noqa: F401 - handlers count by the clock

        documents.register_documents()
