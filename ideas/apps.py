from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdeasConfig(AppConfig):
    name = "ideas"
    verbose_name = _("Идеи")

    def ready(self) -> None:
        from ideas import documents, handlers, own_data

        handlers.register()
        documents.register_documents()
        own_data.register_own_data()
