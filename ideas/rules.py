"""Who may do what with an idea. Pure: they are handed the person, the idea and what is open."""

from collections.abc import Set as AbstractSet

from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import Activity
from crowd.campaigns.rules import require_open
from crowd.errors import Invalid, NotAllowed, PhaseClosed
from crowd.people.models import Person
from ideas.models import Idea, IdeaCyclePage, Vote
from ideas.transitions import allows

Moderation = Idea.Moderation

MOST_PENDING = 10


def first_state(cycle: IdeaCyclePage, author: Person) -> str:
    """Return whether a new idea is published at once or looked at first."""
    looked_at = cycle.ideas_premoderation == cycle.Premoderation.EVERYBODY or (
        cycle.ideas_premoderation == cycle.Premoderation.NEWCOMERS and author.standing == Person.Standing.NEWCOMER
    )
    return Moderation.PENDING if looked_at else Moderation.PUBLISHED


def require_votable(idea: Idea, value: int, opened: AbstractSet[str]) -> None:
    """Refuse a vote on what is not votable now, or of a kind that the cycle does not take."""
    if not allows(idea).votable:
        raise PhaseClosed(_("За эту идею сейчас нельзя голосовать."))
    require_open(Activity.VOTE, opened)
    if value not in Vote.Value.values:
        raise Invalid(fields={"value": [_("Голос может быть 1, −1 или 0.")]})
    if value == Vote.Value.AGAINST and not idea.cycle.takes_against:
        raise Invalid(fields={"value": [_("В этом сборе идей голосуют только за.")]})


def require_author(idea: Idea, person: Person) -> None:
    if idea.author_id != person.pk:
        raise NotAllowed(_("Это может сделать только автор идеи."))
