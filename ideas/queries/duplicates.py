"""Ideas that say the same as another."""

from typing import Any

from django.db.models import Q

from crowd.people.models import Person
from crowd.people.queries import Roles
from ideas.models import Idea, Vote
from ideas.queries.voting import takes_votes
from ideas.review_rules import joining_as, may_part
from ideas.transitions import PROGRESS

MOST_SHOWN = 50


def supporters_together(target: Idea) -> int | None:
    """Return how many people support the idea or one of its public duplicates, each counted once; None without any.

    Voices that were told at an import have no people: those of the idea itself are added, those of its duplicates left
    out, since nobody can say that they are others'.
    """
    joined = Idea.objects.filter(merged_into=target, moderation=Idea.Moderation.PUBLISHED)
    if not joined.exists():
        return None
    votes = Vote.objects.filter(Q(idea=target) | Q(idea__in=joined), value=Vote.Value.FOR)
    return votes.order_by().values("person").distinct().count() + target.imported_votes


def duplicate_context(idea: Idea, person: Person | None, roles: Roles, vote: int) -> dict[str, Any]:
    """Return what an idea's page shows of duplicates; costs nothing for whoever joins none where there are none.

    `vote` is the person's own voice for the idea.
    """
    is_duplicate = idea.progress == Idea.Progress.MERGED
    target = Idea.objects.visible().filter(duplicates=idea).first() if is_duplicate else None
    capacity = joining_as(roles, person, idea) if person is not None else ""
    return {
        "joined_to": target,
        "may_move_vote": target is not None and vote == Vote.Value.FOR and takes_votes(target.pk).exists(),
        "duplicates": list(_public_duplicates(idea)) if idea.together_for is not None else [],
        "may_join": bool(capacity)
        and idea.moderation == Idea.Moderation.PUBLISHED
        and idea.progress in PROGRESS["merge"].sources,
        "may_part": bool(capacity) and is_duplicate and may_part(capacity, joined_by=joined_by(idea)),
    }


def joined_by(idea: Idea) -> str:
    """Return in what capacity the idea was joined to another the last time."""
    return idea.changes.filter(step="merge").order_by("-pk").values_list("by", flat=True).first() or ""


def _public_duplicates(idea: Idea) -> Any:
    return Idea.objects.visible().filter(merged_into=idea).order_by("pk")[:MOST_SHOWN]


def similar_to(idea: Idea) -> list[Idea]:
    """Return listed ideas of the cycle that speak of the same, the likest first."""
    from search.similar import alike

    near = alike("idea", title=idea.title, text=idea.problem, block_id=idea.cycle_id, without=idea.pk)
    ids = [item.id for item, _ in near]
    ideas = Idea.objects.listed().filter(cycle=idea.cycle_id).in_bulk(ids)
    return [ideas[pk] for pk in ids if pk in ideas]
