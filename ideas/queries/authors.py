"""Who wrote an idea, what they may still do with it, and what became of it since."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.queries import open_activities
from crowd.errors import DomainError
from crowd.moderation.queries import latest_decision
from crowd.people.models import Person
from ideas.models import CoAuthor, Idea, IdeaChange, Vote
from ideas.rules import require_clarifiable, require_editable
from ideas.transitions import MODERATION, PROGRESS, allows

Moderation = Idea.Moderation

# What the public history tells, step by step; the others are between the author and the moderators.
TOLD: dict[str, str | Promise] = {
    **{name: step.told for name, step in (MODERATION | PROGRESS).items() if step.told},
    "answered": _("Дан официальный ответ"),
    "clarified": _("Автор дополнил идею"),
    "edited": _("Текст изменён"),
    "joined": _("Присоединился соавтор"),
}
PUBLISHING = frozenset({"submit_at_once", "publish"})


class Told(NamedTuple):
    """A line of an idea's public history: what, when, why, and in whose capacity."""

    step: str
    label: str | Promise
    happened_at: datetime
    by: str = ""
    reason: str = ""


def is_co_author(person: Person | None, idea: Idea) -> bool:
    """Say whether the person has agreed to be named as an author of the idea."""
    if person is None or not person.is_authenticated:
        return False
    return CoAuthor.objects.accepted().filter(idea=idea, person=person).exists()


def has_votes(idea: Idea) -> bool:
    """Say whether somebody else than its author has a voice on the idea now, here or where it was imported from."""
    if idea.imported_votes:
        return True
    return idea.votes.exclude(person=idea.author_id).exclude(value=Vote.Value.NONE).exists()


def invitations_for(person: Person) -> QuerySet[CoAuthor]:
    """Return the invitations that wait for this person's answer, by the e-mail that was confirmed."""
    if person.verification == Person.Verification.NONE:
        return CoAuthor.objects.none()
    waiting = CoAuthor.objects.filter(email__iexact=person.email, state=CoAuthor.State.INVITED)
    return waiting.select_related("idea", "idea__author", "idea__cycle").order_by("-pk")


def co_authored_by(person: Person) -> QuerySet[CoAuthor]:
    """Return what the person has agreed to be an author of beside somebody else."""
    agreed = CoAuthor.objects.accepted().filter(person=person)
    return agreed.select_related("idea", "idea__author", "idea__cycle").order_by("-pk")


def history_of(idea: Idea) -> list[Told]:
    """Return what the public is told of what became of the idea, in the order in which it happened.

    An idea is published once: that it was hidden meanwhile and is there again is between its author and the moderators.
    """
    told: list[Told] = []
    for change in idea.changes.all():
        if change.step not in TOLD or (change.step in PUBLISHING and any(one.step in PUBLISHING for one in told)):
            continue
        told.append(Told(change.step, TOLD[change.step], change.happened_at, _capacity(change), change.reason))
    if idea.published_at and not any(one.step in PUBLISHING for one in told):
        # Older than the history, or imported.
        told.insert(0, Told("publish", TOLD["publish"], idea.published_at))
    return told


def _capacity(change: IdeaChange) -> str:
    # Of what only an author does, nothing more is to be said.
    return "" if change.by == IdeaChange.By.AUTHOR else str(change.get_by_display())


def life_context(idea: Idea, person: Person | None) -> dict[str, Any]:
    """Return what the idea's page shows of its authors, of what they added, and of what became of it.

    What the history does not tell of is not asked for: an idea without co-authors and clarifications costs one query.
    """
    told = history_of(idea)
    steps = {one.step for one in told}
    co_authors = _co_authors(idea) if "joined" in steps else []
    is_author = person is not None and person.pk == idea.author_id
    is_writer = is_author or (person is not None and any(one.person_id == person.pk for one in co_authors))
    return {
        "history": told if idea.moderation == Moderation.PUBLISHED else [],
        "has_versions": "edited" in steps,
        "co_authors": co_authors,
        "clarifications": list(idea.clarifications.select_related("author")) if "clarified" in steps else [],
        "is_author": is_author,
        "is_writer": is_writer,
        **(_writers_context(idea) if is_writer else {}),
    }


def _co_authors(idea: Idea) -> list[CoAuthor]:
    return list(idea.co_authors.accepted().select_related("person"))


def _writers_context(idea: Idea) -> dict[str, Any]:
    opened = open_activities(idea.cycle_id)
    voted = has_votes(idea)
    returned = idea.moderation == Moderation.NEEDS_WORK
    return {
        "may_edit": _passes(lambda: require_editable(idea, opened, has_votes=voted)),
        "may_clarify": voted and _passes(lambda: require_clarifiable(idea, opened, 0)),
        "may_invite": allows(idea).commentable or allows(idea).editable,
        "returned": latest_decision("idea", idea.pk) if returned else None,
    }


def _passes(rule: Callable[[], None]) -> bool:
    try:
        rule()
    except DomainError:
        return False
    return True
