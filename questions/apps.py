from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionsConfig(AppConfig):
    name = "questions"
    verbose_name = _("Вопросы обсуждений")

    def ready(self) -> None:
        from questions import handlers, own_data

        handlers.register()
        own_data.register_own_data()
