"""What may be done with cases besides deciding one: handing it on, joining it to another, deciding several. Pure."""

from collections.abc import Collection

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crowd.errors import AlreadyDecided, Invalid, NotAllowed
from crowd.moderation.models import LONGEST_ESCALATION, Escalation, Outcome, Reason
from crowd.moderation.rules import NEEDS_REASON
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import Roles

# What is not decided yet and what everybody sees, in every kind: of the rest there is nothing left to say.
AT_HAND = frozenset({"pending", "published"})
# The rule that is named where something says the same as another.
DUPLICATE = "duplicate"
MOST_AT_ONCE = 50

# What is chosen for many, and what it means for each, the first that is allowed.
MEANS: dict[str, tuple[str, ...]] = {
    Outcome.PUBLISH: (Outcome.PUBLISH, Outcome.KEEP),
    Outcome.HIDE: (Outcome.HIDE, Outcome.REJECT),
    Outcome.NEEDS_WORK: (Outcome.NEEDS_WORK,),
}
# What is asked once more before it is done to several.
ASKED_ABOUT = frozenset({Outcome.HIDE.value, Outcome.NEEDS_WORK.value})


def takes_over(roles: Roles) -> frozenset[int] | None:
    """Return the campaigns whose cases are handed to somebody with these roles; None means all.

    To administrators, and to whoever runs a campaign: edits and moderates it.
    """
    moderated = roles.campaigns(CampaignRole.Role.MODERATOR)
    edited = roles.campaigns(CampaignRole.Role.EDITOR)
    if moderated is None or edited is None:
        return edited if moderated is None else moderated
    return moderated & edited


def is_taking_over(roles: Roles) -> bool:
    """Say whether cases of any campaign are handed to somebody with these roles."""
    return takes_over(roles) != frozenset()


def require_at_hand(status: str, decided: AlreadyDecided) -> None:
    """Refuse, with what was decided, where there is nothing left to decide."""
    if status not in AT_HAND:
        raise decided


def require_not_escalated(escalation: Escalation | None) -> None:
    if escalation is not None:
        raise AlreadyDecided(_("Эту запись уже передали: её решат администраторы или те, кто ведёт проект."))


def require_in_hand(escalation: Escalation | None, person: Person, roles: Roles) -> None:
    """Refuse who has handed the case on: what one could not decide, somebody else decides."""
    if escalation is not None and escalation.moderator_id == person.pk and not roles.everywhere:
        raise NotAllowed(_("Вы передали эту запись: решение примет кто-то другой."))


def clean_escalation(note: str) -> str:
    """Return why the case is handed on; refuse what is empty, too long or not a text."""
    note = " ".join(note.split())
    if not note:
        raise Invalid(fields={"note": [_("Напишите, почему передаёте: это прочтёт тот, кто будет решать.")]})
    if len(note) > LONGEST_ESCALATION:
        raise Invalid(fields={"note": [_("Не длиннее %(most)s знаков.") % {"most": LONGEST_ESCALATION}]})
    if "\x00" in note:
        raise Invalid(fields={"note": [_("В тексте есть знак, который нельзя сохранить.")]})
    return note


def require_rule(reason: Reason | None) -> Reason:
    """Refuse to name a rule that an administrator has taken out of the list."""
    if reason is None:
        raise Invalid(detail=_("В списке причин нет правила «Повтор»: верните его или решите с другой причиной."))
    return reason


def meant(outcome: str, allowed: Collection[str]) -> str:
    """Return what the outcome that was chosen for many means for one of them; refuse what its state does not allow."""
    for name in MEANS.get(outcome, ()):
        if name in allowed:
            return name
    raise Invalid(detail=_("С этой записью так решить нельзя: откройте её, чтобы увидеть, что можно."))


def require_chosen(count: int) -> None:
    if not count:
        raise Invalid(detail=_("Отметьте записи, о которых решаете."))
    if count > MOST_AT_ONCE:
        raise Invalid(
            detail=gettext("За один раз можно решить не больше %(most)s записей. Снимите лишние отметки.")
            % {"most": MOST_AT_ONCE}
        )


def require_named(outcome: str, reason: Reason | None) -> None:
    """Refuse to decide against many without a rule, before the first of them is decided."""
    if outcome in NEEDS_REASON and reason is None:
        raise Invalid(fields={"reason": [_("Выберите причину: её прочтёт автор.")]})
