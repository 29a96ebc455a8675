from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import BlockPage
from crowd.errors import AlreadyDecided, Invalid, NotAllowed
from crowd.moderation.models import Outcome, Reason
from crowd.moderation.registry import ModerationKind
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

NEEDS_REASON = frozenset({Outcome.HIDE, Outcome.REJECT, Outcome.NEEDS_WORK})


def moderates(person: Person | None, block: BlockPage) -> bool:
    """Say whether the person moderates the campaign of this block."""
    roles = roles_of(person)
    # Almost nobody does: the campaign is looked up only for whoever moderates anything.
    moderator = CampaignRole.Role.MODERATOR
    return roles.any_of(moderator) and roles.holds(moderator, block.campaign_id)


def require_moderator(person: Person, campaign_id: int) -> None:
    """Refuse who does not moderate this campaign."""
    if not roles_of(person).holds(CampaignRole.Role.MODERATOR, campaign_id):
        raise NotAllowed(_("Решать может только модератор этого проекта."))


def require_outcome(kind: ModerationKind, status: str, outcome: str, reason: Reason | None) -> None:
    """Refuse an outcome that the present state does not lead to, or that lacks its reason."""
    if outcome not in Outcome.values:
        raise Invalid(fields={"outcome": [_("Такого решения нет.")]})
    if outcome not in kind.allowed.get(status, frozenset()):
        raise AlreadyDecided
    if outcome in NEEDS_REASON and reason is None:
        raise Invalid(fields={"reason": [_("Выберите причину: её прочтёт автор.")]})
