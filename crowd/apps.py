from django.apps import AppConfig


class CrowdConfig(AppConfig):
    name = "crowd"

    def ready(self) -> None:
        from crowd import converters

        # Before any module of addresses is read, the admin's included.
        converters.register()
