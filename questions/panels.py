from typing import Any

from wagtail.admin.panels import InlinePanel
from wagtail.admin.panels.base import get_form_for_model

from questions.forms import QuestionForm, QuestionFormSet


class QuestionsPanel(InlinePanel):
    """The questions of a page, each with rules of its own, and answered ones kept from being taken away."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        of_questions = options["formsets"][self.relation_name]
        deferred = self.child_edit_handler.get_form_options().get("defer_required_on_fields", [])
        of_questions["form"] = get_form_for_model(
            self.db_field.related_model, form_class=QuestionForm, defer_required_on_fields=deferred
        )
        # The question's key is carried along by the form without a field to see.
        of_questions["fields"] = [*of_questions["fields"], "key"]
        of_questions["formset"] = QuestionFormSet
        return options
