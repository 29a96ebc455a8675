from django.db import transaction

from ideas.models import Idea
from ideas.queries import counted_votes, differs, with_counted_votes


def reconcile_counts() -> list[str]:
    """Set the folded counts of every idea to what its rows say; return a line per idea that differed."""
    suspects = [idea.pk for idea in with_counted_votes(Idea.objects.order_by("pk")).iterator(1000) if differs(idea)]
    return [line for pk in suspects if (line := _reconcile_idea(pk))]


@transaction.atomic
def _reconcile_idea(idea_id: int) -> str:
    # A worker that folds ends with the idea's row: behind its lock one statement sees rows and counts of one moment.
    Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    idea = with_counted_votes(Idea.objects.filter(pk=idea_id)).get()
    if not differs(idea):
        return ""
    stored, right = (idea.votes_for, idea.votes_against), counted_votes(idea)
    Idea.objects.filter(pk=idea_id).update(votes_for=right[0], votes_against=right[1])
    return f"Idea {idea_id}: {stored[0]} for and {stored[1]} against were stored, {right[0]} and {right[1]} are right."
