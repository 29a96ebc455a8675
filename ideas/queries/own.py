from collections.abc import Sequence

from django.db.models import QuerySet

from crowd.people.models import Person
from ideas.models import Idea, Vote
from ideas.queries.counts import with_vote_counts


def ideas_of(person: Person) -> QuerySet[Idea]:
    """Return a person's own ideas, in whatever state; what is still a draft stands elsewhere."""
    sent = Idea.objects.filter(author=person).exclude(moderation=Idea.Moderation.DRAFT).select_related("author")
    return with_vote_counts(sent).order_by("-created_at", "-pk")


def votes_of(person: Person) -> QuerySet[Vote]:
    """Return the voices that a person has given and not taken back, for ideas that may still be seen."""
    given = Vote.objects.filter(person=person, idea__in=Idea.objects.visible()).exclude(value=Vote.Value.NONE)
    return given.select_related("idea").order_by("-cast_at")


def vote_by_receipt(person: Person, receipt: str) -> Vote | None:
    """Return the person's own vote with this receipt, taken back or not; nothing of anybody else's."""
    return Vote.objects.filter(person=person, receipt=receipt).select_related("idea").first()


def mark_own_votes(person: Person | None, ideas: Sequence[Idea]) -> None:
    """Set `own_vote` of each idea: the voice that the person has given for it, 0 where none."""
    cast = Vote.objects.filter(person=person, idea__in=ideas) if person and ideas else Vote.objects.none()
    values = dict(cast.values_list("idea_id", "value"))
    for idea in ideas:
        idea.own_vote = values.get(idea.pk, 0)  # type: ignore[attr-defined]  # for the cards of this page
