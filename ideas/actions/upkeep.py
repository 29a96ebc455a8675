from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F

from crowd.events.models import Delivery
from ideas.models import Idea
from ideas.queries import with_comment_counts, with_counted_votes, wrong_counts

AT_ONCE = 1000


def reconcile_counts() -> list[str]:
    """Set the folded counts of every idea to what its rows say; return a line per idea that differed."""
    ideas = with_counted_votes(Idea.objects.select_related("cycle").order_by("pk"))
    suspects = [idea.pk for idea in ideas.iterator(AT_ONCE) if wrong_counts(idea)]
    votes = [line for pk in suspects if (line := _reconcile_votes(pk))]
    return votes + _reconcile_comments()


@transaction.atomic
def _reconcile_votes(idea_id: int) -> str:
    # A worker that folds begins with the idea's row: behind its lock one statement sees rows and counts of one moment.
    Idea.objects.select_for_update(of=("self",), no_key=True).get(pk=idea_id)
    idea = with_counted_votes(Idea.objects.select_related("cycle").filter(pk=idea_id)).get()
    wrong = wrong_counts(idea)
    if not wrong:
        return ""
    Idea.objects.filter(pk=idea_id).update(**{name: right for name, (_stored, right) in wrong.items()})
    return f"Idea {idea_id}: " + ", ".join(
        f"{name} {_said(stored)} was stored, {_said(right)} is right" for name, (stored, right) in wrong.items()
    )


def _reconcile_comments() -> list[str]:
    """Set the number of comments that ideas are ordered by; while some are being folded it may differ and is left."""
    if Delivery.objects.filter(consumer="ideas.discussed", status=Delivery.Status.PENDING).exists():
        return []
    lines = []
    wrong: Iterable[Any] = with_comment_counts(Idea.objects.order_by("pk")).exclude(comments_folded=F("comment_count"))
    for idea in wrong:
        right = idea.comment_count
        Idea.objects.filter(pk=idea.pk).update(comments_folded=right)
        lines.append(f"Idea {idea.pk}: {idea.comments_folded} comments were stored, {right} are right.")
    return lines


def _said(count: float) -> str:
    return f"{count:g}"
