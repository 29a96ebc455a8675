"""Joining an idea to another that says the same, and taking them apart; whose support both have together."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crowd.campaigns.queries import participant
from crowd.errors import Invalid, NotFound
from crowd.events import actions as events
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act
from crowd.people.models import Person
from crowd.people.queries import roles_of
from ideas.actions.moves import locked, move, record
from ideas.actions.votes import NOTHING, Counted, cast_vote, count
from ideas.models import Idea, IdeaChange, Vote, VoteChange
from ideas.queries import is_public, supporters_together
from ideas.review_rules import require_joining, require_mergeable, require_parting

Progress, By = Idea.Progress, IdeaChange.By


@transaction.atomic
def merge_idea(*, actor: Person | None, idea_id: int, into_id: int, reason: str = "") -> Idea:
    """Mark an idea as a duplicate of another of the same cycle: a moderator, an editor or its author.

    No chains: neither is a duplicate already, and the one that joins has none. Votes stay where they were given until
    their people move them; together they are counted as people, each once. An author's reason is not told.
    """
    actor = participant(actor)
    idea, into = _both_locked(idea_id, into_id)
    capacity = _require_joining(actor, idea)
    if into is None or not is_public(into) or into.cycle_id != idea.cycle_id:
        raise Invalid(fields={"into": [_("Такой идеи в этом сборе нет.")]})
    require_mergeable(idea, into, has_duplicates=idea.duplicates.exists())
    told = "" if capacity == By.AUTHOR else reason
    move(
        idea,
        "merge",
        by=capacity,
        actor_id=actor.pk,
        reason=told,
        payload={"into": into.pk},
        merged_into=into,
        together_for=None,
    )
    _tell_target(into, actor)
    return idea


@transaction.atomic
def unmerge_idea(*, actor: Person | None, idea_id: int, reason: str = "") -> Idea:
    """Take a duplicate apart again: it collects votes on its own. An author undoes only what the author has done."""
    actor = participant(actor)
    target_id = Idea.objects.filter(pk=idea_id).values_list("merged_into_id", flat=True).first()
    idea, into = _both_locked(idea_id, target_id or idea_id)
    capacity = _require_joining(actor, idea)
    last = idea.changes.filter(step="merge").last()
    require_parting(idea, capacity, joined_by=last.by if last else "")
    told = "" if capacity == By.AUTHOR else reason
    move(
        idea,
        "unmerge",
        by=capacity,
        actor_id=actor.pk,
        reason=told,
        payload={"from": target_id},
        merged_into=None,
    )
    if into is not None:
        _tell_target(into, actor)
    return idea


@transaction.atomic
def move_vote(*, person: Person | None, idea_id: int) -> Vote:
    """Carry the own voice for a duplicate over to the idea that it was joined to; return it as it stands there.

    The rules of voting hold there; where the cycle numbers voices, it costs none.
    """
    person = participant(person)
    idea = Idea.objects.select_related("cycle", "merged_into__cycle").filter(pk=idea_id).first()
    into = idea.merged_into if idea is not None else None
    if idea is None or into is None:
        raise NotFound(_("Эта идея уже не объединена с другой: голос остаётся при ней."))
    vote = Vote.objects.select_for_update().filter(idea=idea, person=person, value=Vote.Value.FOR).first()
    if vote is None:
        raise NotFound(_("Вашего голоса за эту идею нет."))
    moved = cast_vote(person=person, idea=into, value=Vote.Value.FOR)
    former = Counted.of(vote)
    vote.value = Vote.Value.NONE
    vote.save(update_fields=["value"])
    count(idea, former, NOTHING)
    return moved


def _require_joining(actor: Person, idea: Idea) -> str:
    """Return in what capacity the actor joins ideas and parts them; an author does it by an author's rights."""
    capacity = require_joining(roles_of(actor), actor, idea)
    if capacity == By.AUTHOR:
        require_may(actor, Act.WRITE, idea.cycle.campaign_id)
    return capacity


def _both_locked(idea_id: int, other_id: int) -> tuple[Idea, Idea | None]:
    """Return both ideas with their rows locked, in the order of their ids; None for another that is not there."""
    rows = Idea.objects.select_for_update(of=("self",)).select_related("cycle").order_by("pk")
    found = {idea.pk: idea for idea in rows.filter(pk__in={idea_id, other_id})}
    if idea_id not in found:
        raise NotFound(_("Такой идеи нет."))
    return found[idea_id], found.get(other_id)


def _tell_target(into: Idea, actor: Person) -> None:
    """Count anew who supports the idea with its duplicates; its page shows other ones now."""
    _store_together(into)
    record("idea.duplicates_changed", into, actor_id=actor.pk)


def ask_recount(*, idea_ids: Collection[int]) -> None:
    """Have it counted anew who supports what these ideas were joined to: their votes have changed.

    An event, since counting locks the other idea's row, and whoever folds votes holds some already.
    """
    joined = Idea.objects.filter(Q(pk__in=idea_ids) | Q(duplicates__in=idea_ids), duplicates__isnull=False)
    for pk in joined.order_by("pk").values_list("pk", flat=True).distinct():
        events.record("idea.support_changed", subject=events.Subject("idea", pk))


@transaction.atomic
def recount_together(*, idea_id: int) -> int | None:
    """Store how many people support the idea or a duplicate of it; return the idea's id where that changed.

    `idea_id` may also be a duplicate's: then it is done for the idea that it was joined to.
    """
    target_id = Idea.objects.filter(pk=idea_id).values_list("merged_into_id", flat=True).first() or idea_id
    return target_id if _store_together(locked(target_id)) else None


def _store_together(target: Idea) -> bool:
    """Store the count in the locked row; say whether it was another one."""
    right = supporters_together(target)
    if target.together_for == right:
        return False
    target.together_for = right
    target.save(update_fields=["together_for"])
    return True


def reconcile_together() -> list[str]:
    """Set how many people support ideas with their duplicates to what the votes say; return a line per difference.

    An idea with votes that are not folded yet is passed by: it is counted anew when they are.
    """
    suspects = Idea.objects.filter(Q(duplicates__isnull=False) | ~Q(together_for=None)).order_by("pk").distinct()
    return [line for pk in suspects.values_list("pk", flat=True) if (line := _reconcile_together(pk))]


@transaction.atomic
def _reconcile_together(idea_id: int) -> str:
    target = locked(idea_id)
    unfolded = VoteChange.objects.filter(Q(idea=target) | Q(idea__merged_into=target))
    stored = target.together_for
    if unfolded.exists() or not _store_together(target):
        return ""
    return f"Idea {idea_id}: {stored} supporters with duplicates were stored, {target.together_for} are right."
