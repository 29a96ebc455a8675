from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import BlockPage
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, Silenced
from crowd.moderation.models import Decision, Outcome, Reason, Sanction
from crowd.moderation.registry import ModerationKind
from crowd.people.models import CampaignRole, Person
from crowd.people.policies import CampaignPermissionPolicy
from crowd.people.queries import Roles, roles_of

NEEDS_REASON = frozenset({Outcome.HIDE, Outcome.REJECT, Outcome.NEEDS_WORK})
LET_THROUGH = frozenset({Outcome.PUBLISH, Outcome.KEEP})
UNDONE = frozenset({Outcome.HIDE, Outcome.REJECT})
SHORTEST_SANCTION, LONGEST_SANCTION = timedelta(minutes=1), timedelta(days=365)
LONGEST_NOTE = 1000

# What is written, the actions decide.
SANCTIONS_POLICY = CampaignPermissionPolicy(Sanction, view=[CampaignRole.Role.MODERATOR])


def moderates(person: Person | None, block: BlockPage) -> bool:
    """Say whether the person moderates the campaign of this block."""
    roles = roles_of(person)
    # Almost nobody does: the campaign is looked up only for whoever moderates anything.
    moderator = CampaignRole.Role.MODERATOR
    return roles.any_of(moderator) and roles.holds(moderator, block.campaign_id)


def require_moderator(person: Person, campaign_id: int | None) -> None:
    """Refuse who does not moderate this campaign, or without one all of them."""
    if not roles_of(person).holds(CampaignRole.Role.MODERATOR, campaign_id):
        raise NotAllowed(_("Решать может только модератор этого проекта."))


def outcomes_of(kind: ModerationKind, status: str, *, flagged: bool) -> frozenset[str]:
    """Return what may be decided about a post in this state; that it stays, only where somebody flagged it."""
    allowed = kind.allowed.get(status, frozenset())
    return allowed if flagged else allowed - {Outcome.KEEP.value}


def require_outcome(
    kind: ModerationKind, status: str, outcome: str, reason: Reason | None, *, flagged: bool = False
) -> None:
    """Refuse an outcome that the present state does not lead to, or that lacks its reason."""
    if outcome not in Outcome.values:
        raise Invalid(fields={"outcome": [_("Такого решения нет.")]})
    if outcome not in outcomes_of(kind, status, flagged=flagged):
        raise AlreadyDecided
    if outcome in NEEDS_REASON and reason is None:
        raise Invalid(fields={"reason": [_("Выберите причину: её прочтёт автор.")]})


def require_latest(seen: int | None, latest: Decision | None) -> None:
    """Refuse whoever decides by what stood before another's decision; None: nobody says what was seen."""
    if seen is not None and latest is not None and latest.pk > seen:
        raise AlreadyDecided


def day_and_hour(moment: datetime, now: datetime) -> str:
    """Return the moment by the site's clock, with the year only where it is another one."""
    local = timezone.localtime(moment)
    same_year = local.year == timezone.localtime(now).year
    return date_format(local, "j E, H:i" if same_year else "j E Y, H:i")


def require_not_silenced(sanctions: Sequence[Sanction], now: datetime) -> None:
    """Refuse whoever a moderator lets publish nothing; of several sanctions in force the last to end is told."""
    if not sanctions:
        return
    last = max(sanctions, key=lambda sanction: sanction.ends_at)
    said = gettext("Модератор ограничил вам публикации до %(until)s. Причина: %(reason)s") % {
        "until": day_and_hour(last.ends_at, now),
        "reason": last.reason.statement,
    }
    raise Silenced(f"{said} {last.note}".strip())


def require_sanctionable(moderator: Person, person: Person, roles: Roles, campaign_id: int | None) -> None:
    """Refuse to silence oneself and those who moderate there or administer the site."""
    if person.pk == moderator.pk:
        raise NotAllowed(_("Себя ограничить нельзя."))
    moderator_role = CampaignRole.Role.MODERATOR
    if roles.holds(moderator_role, campaign_id) or (campaign_id is None and roles.any_of(moderator_role)):
        raise NotAllowed(_("Это модератор или администратор: сначала администратор должен снять эту роль."))


def require_sanction(length: timedelta, reason: Reason | None, note: str) -> Reason:
    """Return the reason; refuse what is no sanction, in words for each field."""
    fields = {}
    if not SHORTEST_SANCTION <= length <= LONGEST_SANCTION:
        fields["length"] = [_("Ограничить можно на срок от минуты до года.")]
    if len(note) > LONGEST_NOTE or "\x00" in note:
        fields["note"] = [_("Пояснение слишком длинное: не больше 1000 знаков.")]
    if reason is None:
        fields["reason"] = [_("Выберите причину: её прочтёт автор.")]
    if fields or reason is None:
        raise Invalid(fields=fields)
    return reason


def has_earned_trust(outcomes: Iterable[tuple[str, int, str]], needed: int) -> bool:
    """Say whether somebody's posts no longer need to be looked at first.

    `outcomes` are the decisions about the person's posts, oldest first: kind, id and outcome. A post counts by the
    latest of them: so many were let through, and none is hidden or rejected.
    """
    latest = {(kind, pk): outcome for kind, pk, outcome in outcomes}
    published = sum(outcome in LET_THROUGH for outcome in latest.values())
    return published >= needed and not any(outcome in UNDONE for outcome in latest.values())
