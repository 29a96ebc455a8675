"""The buttons beneath a page in the admin: in the words of this house, the likeliest one first."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.action_menu import SubmitForModerationMenuItem
from wagtail.models import WorkflowState

from crowd.publishing.models import APPROVE


class SubmitItem(SubmitForModerationMenuItem):
    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page else None
        sent_back = state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES
        context["label"] = _("Отправить ещё раз") if sent_back else _("Отправить на утверждение")
        return context


def in_own_words(items: list[Any]) -> list[Any]:
    """Return the menu with our words for submitting, and approval on the button for whoever came to approve."""
    worded = [SubmitItem(order=item.order) if isinstance(item, SubmitForModerationMenuItem) else item for item in items]
    return sorted(worded, key=lambda item: item.name != APPROVE)
