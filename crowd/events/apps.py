from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "crowd.events"
    label = "events"
    verbose_name = _("События")

    def ready(self) -> None:
        from prometheus_client import REGISTRY

        from crowd.events import handlers  # noqa: F401 - registers the clean-up
        from crowd.events.metrics import DeliveryCollector

        REGISTRY.register(DeliveryCollector())
