from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("Цифровые сервисы")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from services import documents, handlers, own_data
        from services.models import Rating, Service
        from services.rules import RATINGS_POLICY, SERVICES_POLICY

        handlers.register()
        documents.register_documents()
        own_data.register_own_data()
        register_permission_policy(Service, SERVICES_POLICY)
        register_permission_policy(Rating, RATINGS_POLICY)
