from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "crowd.moderation"
    label = "moderation"
    verbose_name = _("Модерация")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from crowd.moderation import handlers, own_data
        from crowd.moderation.machine import bursts
        from crowd.moderation.machine import handlers as machine_handlers
        from crowd.moderation.models import Burst, Sanction, WatchedPhrase
        from crowd.moderation.queries import SANCTIONED, in_force_of
        from crowd.moderation.rules import BURSTS_POLICY, SANCTIONS_POLICY, WATCHED_POLICY
        from crowd.people.queries import noted

        handlers.register()
        machine_handlers.listen()
        bursts.listen()
        own_data.register_own_data()
        noted[SANCTIONED] = in_force_of
        register_permission_policy(Sanction, SANCTIONS_POLICY)
        register_permission_policy(WatchedPhrase, WATCHED_POLICY)
        register_permission_policy(Burst, BURSTS_POLICY)
