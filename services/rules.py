"""Who may rate, when, and who of the staff sees what. Pure: they are handed the service and what is open."""

from collections.abc import Set as AbstractSet

from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import Activity
from crowd.campaigns.rules import require_open
from crowd.errors import Invalid, PhaseClosed
from crowd.people.models import CampaignRole
from crowd.people.policies import CampaignPermissionPolicy
from services.models import LONGEST_NOTE, Rating, Score, Service

Role = CampaignRole.Role

# Of fewer ratings nothing is told: one could guess whose they are.
SMALLEST_GROUP = 5

# Who prepares a discussion prepares what it asks about. Nobody changes what residents gave.
SERVICES_POLICY = CampaignPermissionPolicy(
    Service, change=[Role.EDITOR, Role.APPROVER], add=[Role.EDITOR, Role.APPROVER], delete=[Role.EDITOR, Role.APPROVER]
)
RATINGS_POLICY = CampaignPermissionPolicy(Rating, view=[Role.EDITOR, Role.APPROVER])


def require_rateable(service: Service, opened: AbstractSet[str]) -> None:
    """Refuse to rate a service that is no longer rated, or that nothing opens now."""
    if not service.is_active:
        raise PhaseClosed(_("Этот сервис больше не оценивают."))
    require_open(Activity.RATE, opened)


def require_rating(score: object, note: str) -> None:
    """Refuse what is no rating, in words for each field."""
    fields = {}
    if score not in Score.values:
        fields["score"] = [_("Выберите оценку от 1 до 5.")]
    if len(note) > LONGEST_NOTE:
        fields["note"] = [_("Пояснение слишком длинное: не больше 1000 знаков.")]
    if "\x00" in note:
        fields["note"] = [_("В тексте есть знак, который нельзя сохранить.")]
    if fields:
        raise Invalid(fields=fields)
