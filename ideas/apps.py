from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdeasConfig(AppConfig):
    name = "ideas"
    verbose_name = _("Идеи")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from crowd.people.reading import places
        from ideas import documents, handlers, letters, list_handlers, own_data
        from ideas.models import Idea, OperatorEntry
        from ideas.staff_rules import ENTRIES_POLICY, IDEAS_POLICY

        handlers.register()
        list_handlers.register()
        letters.register()
        documents.register_documents()
        own_data.register_own_data()
        places["ideas"] = _("идеи")
        places["desk"] = _("ввод за жителя")
        places["entries"] = _("записи операторов")
        register_permission_policy(Idea, IDEAS_POLICY)
        register_permission_policy(OperatorEntry, ENTRIES_POLICY)
