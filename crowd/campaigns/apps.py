from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "crowd.campaigns"
    label = "campaigns"
    verbose_name = _("Проекты")

    def ready(self) -> None:
        from crowd.campaigns import handlers  # noqa: F401 - registers the clock of phases
        from crowd.campaigns.documents import follow_translations

        follow_translations()
