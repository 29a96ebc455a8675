"""Letters to approvers: something waits for them (Wagtail itself writes to the editor what came of it); what is due."""

from datetime import timedelta
from typing import Any

from django.core.management import call_command
from wagtail.admin.mail import BaseGroupApprovalTaskStateEmailNotifier
from wagtail.models import TaskState
from wagtail.signals import task_submitted

from crowd.events.registry import schedule
from crowd.people.models import Person
from crowd.publishing.models import ApprovalTask
from crowd.publishing.queries import approvers_of


class SubmittedLetter(BaseGroupApprovalTaskStateEmailNotifier):
    notification = "submitted"

    def can_handle(self, instance: Any, **_kwargs: Any) -> bool:
        return isinstance(instance, TaskState) and isinstance(instance.task.specific, ApprovalTask)

    def get_recipient_users(self, task_state: TaskState, **kwargs: Any) -> list[Person]:
        """Return the approvers of the page's campaign, without the one who has just submitted it."""
        submitter = kwargs.get("user")
        return [person for person in approvers_of(task_state.workflow_state.content_object) if person != submitter]


submitted_letter = SubmittedLetter()


def publish_what_is_due() -> None:
    """Publish and take down the pages whose hour, set in the admin, has come."""
    call_command("publish_scheduled", verbosity=0)


schedule("publishing.scheduled", every=timedelta(minutes=1), work=publish_what_is_due)


def register_letters() -> None:
    task_submitted.connect(submitted_letter, sender=TaskState, dispatch_uid="publishing.submitted_letter")
