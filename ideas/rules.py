"""Who may do what with an idea. Pure: they are handed the person, the idea and what is open."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crowd.campaigns.models import Activity
from crowd.campaigns.rules import require_open
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, PhaseClosed, QuotaReached
from crowd.people.models import Person
from crowd.people.rules import is_newcomer
from ideas.models import ASKED_FIELDS, Asked, Idea, IdeaCyclePage, Vote
from ideas.transitions import allows

Moderation = Idea.Moderation

MOST_PENDING = 10
MOST_CLARIFICATIONS = 20
MOST_CO_AUTHORS = 5
MISSING = _("В этом сборе идей это нужно указать.")


class VoteIsFinal(AlreadyDecided):
    code = "vote_is_final"
    detail = _("Вы уже проголосовали за эту идею. В этом сборе голос нельзя изменить или отозвать.")


def first_state(cycle: IdeaCyclePage, author: Person, *, checked: bool, unproved: bool = False) -> str:
    """Return whether a new idea is published at once or looked at first.

    `checked`: a sanction demands that, or what it says does. `unproved`: it looks as if a robot had sent it, and the
    browser has not done the work that says otherwise.
    """
    asked, newcomer = cycle.ideas_premoderation, is_newcomer(author)
    by_cycle = asked == cycle.Premoderation.EVERYBODY or (asked == cycle.Premoderation.NEWCOMERS and newcomer)
    looked_at = checked or by_cycle or (unproved and newcomer)
    return Moderation.PENDING if looked_at else Moderation.PUBLISHED


def may_be_asked_for_proof(cycle: IdeaCyclePage, author: Person | None, *, checked: bool) -> bool:
    """Say whether what the person proposes here may be public at once or not, as the browser's work says."""
    if author is None or not is_newcomer(author):
        return False
    return first_state(cycle, author, checked=checked) == Moderation.PUBLISHED


def require_votable(idea: Idea, value: int, opened: AbstractSet[str]) -> None:
    """Refuse a vote on what is not votable now, or of a kind that the cycle does not take."""
    if not allows(idea).votable:
        raise PhaseClosed(_("За эту идею сейчас нельзя голосовать."))
    require_open(Activity.VOTE, opened)
    require_value(idea.cycle, value)


def require_value(cycle: IdeaCyclePage, value: int) -> None:
    """Refuse a value that no vote has, or that the cycle does not take."""
    if value not in Vote.Value.values:
        raise Invalid(fields={"value": [_("Голос может быть 1, −1 или 0.")]})
    if value == Vote.Value.AGAINST and not cycle.takes_against:
        raise Invalid(fields={"value": [_("В этом сборе идей голосуют только за.")]})


def require_voice_left(cycle: IdeaCyclePage, spent: int) -> None:
    """Refuse a voice more than the cycle gives everybody."""
    if spent >= cycle.votes_each:
        raise QuotaReached(
            ngettext(
                "У вас был %(n)s голос, и вы его уже отдали. Чтобы поддержать эту идею, отзовите его у другой.",
                "У вас было %(n)s голосов, и вы их уже отдали. Чтобы поддержать эту идею, отзовите голос у другой.",
                cycle.votes_each,
            )
            % {"n": cycle.votes_each}
        )


def require_changeable(cycle: IdeaCyclePage, former: int) -> None:
    if former != Vote.Value.NONE and not cycle.votes_changeable:
        raise VoteIsFinal


def missing_fields(cycle: IdeaCyclePage, given: Mapping[str, object]) -> list[str]:
    """Return which fields the cycle demands and `given` (values by field) leaves empty."""
    return [name for name in ASKED_FIELDS if getattr(cycle, f"{name}_asked") == Asked.MUST and not given.get(name)]


def require_level(person: Person, level: str) -> None:
    """Refuse whoever is not confirmed as a resident where the cycle asks for that (`submit_level`, `vote_level`)."""
    if level == IdeaCyclePage.Level.RESIDENT and person.verification != Person.Verification.RESIDENT:
        raise NotAllowed(
            _(
                "Здесь участвуют подтверждённые жители. Подтвердить, что вы живёте в округе, можно с паспортом "
                "в любом центре обслуживания: это бесплатно и занимает несколько минут."
            )
        )


def require_place(person: Person, places: Mapping[int, str]) -> None:
    """Refuse whoever does not live in one of these municipalities (names by id); none of them means the whole okrug."""
    if not places or person.municipality_id in places:
        return
    said = {"places": ", ".join(places.values())}
    if person.municipality_id is None:
        raise NotAllowed(
            _("Здесь участвуют только жители: %(places)s. Укажите в личном кабинете, где вы живёте, и возвращайтесь.")
            % said
        )
    raise NotAllowed(
        _("Здесь участвуют только жители: %(places)s. Если вы переехали, измените это в личном кабинете.") % said
    )


def require_ideas_left(cycle: IdeaCyclePage, spent: int) -> None:
    """Refuse one idea more than the cycle takes of a person; `spent` counts those that were sent and still stand."""
    if cycle.ideas_each is None or spent < cycle.ideas_each:
        return
    raise QuotaReached(
        ngettext(
            "В этом сборе у каждого %(n)s идея, и вы её уже предложили. Отзовите её, если хотите предложить другую.",
            "В этом сборе у каждого %(n)s идей, и вы их уже предложили. Отзовите одну, если хотите предложить другую.",
            cycle.ideas_each,
        )
        % {"n": cycle.ideas_each}
    )


def require_author(idea: Idea, person: Person) -> None:
    if idea.author_id != person.pk:
        raise NotAllowed(_("Это может сделать только автор идеи."))


def require_writer(idea: Idea, person: Person, *, is_co_author: bool) -> None:
    """Refuse whoever did not write the idea: its author and the co-authors who agreed may change it."""
    if idea.author_id != person.pk and not is_co_author:
        raise NotAllowed(_("Это могут сделать только авторы идеи."))


def require_editable(idea: Idea, opened: AbstractSet[str], *, has_votes: bool) -> None:
    """Refuse a change of the text where the idea's state, the phase or votes stand against it.

    What a moderator gave back may be mended also when ideas are no longer taken: that was asked for in time.
    """
    if not allows(idea).editable:
        raise PhaseClosed(_("Эту идею уже нельзя изменить."))
    if has_votes:
        raise PhaseClosed(_("За идею уже голосовали, поэтому её текст больше не меняется. Добавьте к нему уточнение."))
    if idea.moderation != Moderation.NEEDS_WORK:
        require_open(Activity.SUBMIT, opened)


def require_withdrawable(idea: Idea) -> None:
    """Refuse to withdraw what a moderator has taken down, or what has been decided about."""
    if not allows(idea).editable:
        raise PhaseClosed(_("Эту идею уже нельзя отозвать."))


def require_clarifiable(idea: Idea, opened: AbstractSet[str], count: int) -> None:
    """Refuse to add beside the text what nobody could discuss any more."""
    if not allows(idea).commentable or not opened:
        raise PhaseClosed(_("Дополнить эту идею уже нельзя."))
    if count >= MOST_CLARIFICATIONS:
        raise QuotaReached(_("К идее уже добавлено много уточнений. Ответьте на вопросы в обсуждении."))


def require_inviting(idea: Idea, count: int) -> None:
    """Refuse an invitation to write an idea that is not to be changed any more."""
    if not allows(idea).commentable and not allows(idea).editable:
        raise PhaseClosed(_("К этой идее уже нельзя позвать соавторов."))
    if count >= MOST_CO_AUTHORS:
        raise QuotaReached(
            ngettext(
                "У идеи может быть %(n)s соавтор, и вы его уже позвали.",
                "У идеи может быть не больше %(n)s соавторов, и вы их уже позвали.",
                MOST_CO_AUTHORS,
            )
            % {"n": MOST_CO_AUTHORS}
        )
