"""Who of the staff sees ideas in the admin, and which steps somebody may take there. Pure, as `ideas.rules`."""

from django.utils.translation import gettext_lazy as _

from crowd.errors import NotAllowed
from crowd.people.models import CampaignRole
from crowd.people.policies import CampaignPermissionPolicy
from crowd.people.queries import Roles
from ideas.models import Idea, OperatorEntry
from ideas.review_rules import answering_as
from ideas.transitions import PROGRESS

Role = CampaignRole.Role

LONGEST_CONSENT = 200

SEE_IDEAS = (Role.MODERATOR, Role.EDITOR, Role.BODY)
SEE_ENTRIES = (Role.OPERATOR, Role.EDITOR, Role.MODERATOR)

# What is done with them, the actions decide.
IDEAS_POLICY = CampaignPermissionPolicy(Idea, view=SEE_IDEAS)
ENTRIES_POLICY = CampaignPermissionPolicy(OperatorEntry, view=SEE_ENTRIES)

# Steps that staff take in lists, one by one or with many ideas; joining duplicates and answers have forms of their own.
STEPS = ("shortlist", "reopen", "accept", "decline", "start", "finish")


def steps_open(idea: Idea, roles: Roles) -> list[str]:
    """Return the steps that somebody with these roles may take with the idea as it stands."""
    if idea.moderation != Idea.Moderation.PUBLISHED:
        return []
    capacity = answering_as(roles, idea.cycle.campaign_id)
    return [name for name in STEPS if capacity in PROGRESS[name].by and idea.progress in PROGRESS[name].sources]


def require_operator(roles: Roles, campaign_id: int) -> None:
    """Refuse who is no operator in this campaign."""
    if not roles.holds(Role.OPERATOR, campaign_id):
        raise NotAllowed(_("Вводить за жителей может только оператор этого проекта."))
