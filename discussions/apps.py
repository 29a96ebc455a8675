from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionsConfig(AppConfig):
    name = "discussions"
    verbose_name = _("Обсуждения")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from discussions import documents, handlers, own_data
        from discussions.models import Comment, Thread
        from discussions.rules import COMMENTS_POLICY, THREADS_POLICY

        handlers.register()
        documents.register_documents()
        own_data.register_own_data()
        register_permission_policy(Comment, COMMENTS_POLICY)
        register_permission_policy(Thread, THREADS_POLICY)
