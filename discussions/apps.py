from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionsConfig(AppConfig):
    name = "discussions"
    verbose_name = _("Обсуждения")

    def ready(self) -> None:
        from discussions import documents, handlers, own_data

        handlers.register()
        documents.register_documents()
        own_data.register_own_data()
