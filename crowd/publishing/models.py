from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState

from crowd.errors import Text
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of
from crowd.publishing.errors import PhasesNotSeen
from crowd.publishing.queries import campaign_id_of, phases_difference
from crowd.publishing.rules import may_approve

APPROVE, REJECT = "approve", "reject"


class ApprovalTask(Task):
    """The one step between an editor's draft and the public: somebody with the approver's role in the page's campaign.

    One task serves all campaigns, because it asks roles and not groups.
    """

    class Meta:
        verbose_name = _("утверждение")
        verbose_name_plural = _("утверждения")

    def user_can_access_editor(self, obj: Page, user: Person) -> bool:
        return may_approve(roles_of(user), campaign_id_of(obj))

    def locked_for_user(self, obj: Page, user: Person) -> bool:
        """What waits for an approval changes under nobody's hands but the approver's."""
        return not self.user_can_access_editor(obj, user)

    def user_can_lock(self, obj: Page, user: Person) -> bool:
        return self.user_can_access_editor(obj, user)

    def user_can_unlock(self, obj: Page, user: Person) -> bool:
        return self.user_can_access_editor(obj, user)

    def get_actions(self, obj: Page, user: Person) -> list[tuple[str, Text, bool]]:
        if not self.user_can_access_editor(obj, user):
            return []
        # Wagtail itself adds «и опубликовать» to the last task's approval.
        reject = (REJECT, _("Вернуть на доработку"), True)
        if phases_difference(obj):
            # There is something to look at first: the window shows it.
            return [reject, (APPROVE, _("Утвердить"), True)]
        comment = (APPROVE, _("Утвердить с комментарием"), True)
        return [reject, (APPROVE, _("Утвердить"), False), comment]

    def get_form_for_action(self, action: str) -> Any:
        from crowd.publishing.forms import ApprovalForm

        return ApprovalForm if action == APPROVE else super().get_form_for_action(action)

    def get_template_for_action(self, action: str) -> str:
        return "publishing/approve.html" if action == APPROVE else ""

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: Person, action_name: str, **kwargs: Any) -> None:
        """Approve or send back; an approval that changes live phases counts only if just that change was shown."""
        seen = kwargs.pop("seen", "")
        if action_name == APPROVE:
            difference = phases_difference(task_state.workflow_state.content_object)
            if difference and seen != difference.fingerprint:
                raise PhasesNotSeen
        super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: Person, **_kwargs: Any) -> Any:
        """Return what waits for this person: in the campaigns in which the role is held."""
        roles = roles_of(user)
        if not self.active or not roles.any_of(CampaignRole.Role.APPROVER):
            return TaskState.objects.none()
        waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, task=self.task_ptr)
        if roles.campaigns(CampaignRole.Role.APPROVER) is None:
            return waiting
        pages = dict(waiting.values_list("pk", "workflow_state__object_id"))
        found = Page.objects.in_bulk([int(page_id) for page_id in pages.values()])
        own = {pk for pk, page in found.items() if may_approve(roles, campaign_id_of(page))}
        return TaskState.objects.filter(pk__in=[state for state, page_id in pages.items() if int(page_id) in own])

    @classmethod
    def get_description(cls) -> Text:
        return _("Страницу публикует утверждающий её проекта.")
