"""Who may say that a page goes out, and see it before. Pure: asks what the roles say."""

from crowd.people.models import CampaignRole
from crowd.people.queries import Roles


def may_approve(roles: Roles, campaign_id: int | None) -> bool:
    """Say whether somebody with these roles approves the pages of a campaign; None: pages outside of all campaigns."""
    return roles.holds(CampaignRole.Role.APPROVER, campaign_id)


def may_rehearse(roles: Roles, campaign_id: int | None) -> bool:
    """Say whether they may see drafts as if they were published: whoever writes them and whoever approves them."""
    return roles.holds(CampaignRole.Role.EDITOR, campaign_id) or may_approve(roles, campaign_id)
