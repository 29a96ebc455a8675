from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Поиск")

    def ready(self) -> None:
        from django.core.signals import request_finished
        from wagtail.permissions import register_permission_policy

        from crowd import views
        from search import analytics
        from search.handlers import listen
        from search.models import Synonyms
        from search.queries import is_ready
        from search.rules import SYNONYMS_POLICY

        listen()
        register_permission_policy(Synonyms, SYNONYMS_POLICY)
        views.parts["search"] = is_ready
        request_finished.connect(analytics.write_due, dispatch_uid="search.analytics")
