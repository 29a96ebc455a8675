from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "crowd.moderation"
    label = "moderation"
    verbose_name = _("Модерация")

    def ready(self) -> None:
        from crowd.moderation.models import Decision
        from crowd.people.personal_data import leave_out

        leave_out(Decision, because="who decided is the history of the site; what was decided stands with the post")
