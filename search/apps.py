from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Поиск")

    def ready(self) -> None:
        from crowd import views
        from search.handlers import listen
        from search.queries import is_ready

        listen()
        views.parts["search"] = is_ready
