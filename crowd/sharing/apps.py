from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "crowd.sharing"
    label = "sharing"
    verbose_name = _("Как сайт находят")

    def ready(self) -> None:
        from crowd.people.letters import tell_site_name
        from crowd.sharing import handlers  # noqa: F401 - registers the forgetting of old pictures
        from crowd.sharing.names import default_site_name

        tell_site_name(default_site_name)
