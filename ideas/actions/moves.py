"""One step in what becomes of an idea: looked up in the tables, written, told in the public history."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from crowd import clock
from crowd.errors import Invalid, NotAllowed, NotFound, PhaseClosed
from crowd.events import actions as events
from crowd.people.models import Person
from ideas.models import Idea, IdeaChange
from ideas.queries import live_group
from ideas.rules import require_author, require_withdrawable
from ideas.transitions import MODERATION, PROGRESS

By = IdeaChange.By
STAFF = frozenset({By.MODERATOR, By.EDITOR, By.BODY})


def locked(idea_id: int) -> Idea:
    """Return the idea with its row locked."""
    idea = Idea.objects.select_for_update(of=("self",)).select_related("cycle").filter(pk=idea_id).first()
    if idea is None:
        raise NotFound(_("Такой идеи нет."))
    return idea


def locked_sent(idea_id: int) -> Idea:
    """Return the idea with its row locked; a draft, which is no idea yet, is not found."""
    idea = locked(idea_id)
    if idea.moderation == Idea.Moderation.DRAFT:
        raise NotFound(_("Такой идеи нет."))
    return idea


@transaction.atomic
def move(
    idea: Idea,
    name: str,
    *,
    by: str,
    actor_id: int | None,
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Idea:
    """Take the step `name` with the locked idea: set the field, write it into the history, record the event.

    Who may act in the capacity `by` was asked before; here only whether this capacity may take this step. `columns`
    are written with it, `payload` goes with the event. Raises `PhaseClosed` where the idea is not in a state from which
    the step leads, `NotAllowed` where the capacity may not take it, `Invalid` where a reason is missing.
    """
    field, table = ("moderation", MODERATION) if name in MODERATION else ("progress", PROGRESS)
    step = table[name]
    if by not in step.by:
        raise NotAllowed
    if getattr(idea, field) not in step.sources:
        raise PhaseClosed(_("С этой идеей так уже нельзя: её состояние «%(state)s».") % {"state": state_label(idea)})
    if step.reasoned and not reason.strip():
        raise Invalid(fields={"reason": [_("Напишите почему: это прочтут автор и все, кто поддержал.")]})
    if step.target == Idea.Moderation.PUBLISHED:
        columns["published_at"] = idea.published_at or clock.now()
    change(idea, **{field: step.target}, **columns)
    tell(idea, name, by=by, actor_id=actor_id, reason=reason)
    record(step.event, idea, actor_id=actor_id, **(payload or {}))
    if by in STAFF and table is PROGRESS:
        # What a moderator decides about a text is logged with the decision.
        log_of(idea, step.event, actor_id)
    return idea


def log_of(idea: Idea, action: str, actor_id: int | None) -> None:
    """Write into the log of staff, by the idea's number, what somebody by a role has done with it."""
    log(instance=idea, action=action, user=Person(pk=actor_id) if actor_id else None, title=f"№ {idea.pk}")


def tell(idea: Idea, step: str, *, by: str, actor_id: int | None, reason: str = "") -> IdeaChange:
    """Write a line of the idea's history."""
    return IdeaChange.objects.create(
        idea=idea,
        step=step,
        moderation=idea.moderation,
        progress=idea.progress,
        reason=reason.strip(),
        by=by,
        actor_id=actor_id,
    )


def state_label(idea: Idea) -> str:
    shown = idea.get_progress_display if idea.moderation == Idea.Moderation.PUBLISHED else idea.get_moderation_display
    return str(shown())


def change(idea: Idea, **columns: Any) -> None:
    """Write these columns of the locked idea and give it a new version, by which the search knows it has changed."""
    for name, value in columns.items():
        setattr(idea, name, value)
    idea.version += 1
    idea.save(update_fields=[*columns, "version"])


def record(kind: str, idea: Idea, *, actor_id: int | None, **payload: Any) -> None:
    events.record(
        kind,
        subject=events.Subject("idea", idea.pk),
        actor_id=actor_id,
        campaign_id=idea.cycle.campaign_id,
        payload={"cycle": idea.cycle_id, **payload},
        live_group=live_group(idea.pk),
    )


@transaction.atomic
def withdraw_idea(*, author: Person, idea_id: int) -> Idea:
    """Take one's own idea out of the lists; its page stays, with the votes and comments that others gave."""
    idea = locked_sent(idea_id)
    require_author(idea, author)
    require_withdrawable(idea)
    return move(idea, "withdraw", by=By.AUTHOR, actor_id=author.pk)


@transaction.atomic
def publish_idea(*, idea_id: int, actor_id: int | None) -> Idea:
    """Make an idea public: one that waited, or one that was hidden."""
    return move(locked(idea_id), "publish", by=By.MODERATOR, actor_id=actor_id)


@transaction.atomic
def return_idea(*, idea_id: int, actor_id: int | None) -> Idea:
    """Give an idea that waited back to its author, who may mend it and send it again."""
    return move(locked(idea_id), "return", by=By.MODERATOR, actor_id=actor_id)


@transaction.atomic
def hide_idea(*, idea_id: int, actor_id: int | None) -> Idea:
    """Take an idea out of public sight; progress, votes and comments stay, so that an appeal can restore all."""
    return move(locked(idea_id), "hide", by=By.MODERATOR, actor_id=actor_id)


@transaction.atomic
def reject_idea(*, idea_id: int, actor_id: int | None) -> Idea:
    """Refuse an idea that waited."""
    return move(locked(idea_id), "reject", by=By.MODERATOR, actor_id=actor_id)


@transaction.atomic
def withhold_idea(*, idea_id: int, actor_id: int | None) -> Idea:
    """Take a public idea back to those that wait for a moderator; votes and comments stay with it."""
    return move(locked(idea_id), "withhold_flagged", by=By.SYSTEM, actor_id=actor_id)
