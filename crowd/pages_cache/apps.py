from django.apps import AppConfig


class PagesCacheConfig(AppConfig):
    name = "crowd.pages_cache"
    label = "pages_cache"

    def ready(self) -> None:
        from crowd.pages_cache import handlers

        handlers.register()
