from django.db.models import QuerySet

from crowd.people.models import Person
from ideas.models import Idea, Vote
from ideas.queries.counts import with_vote_counts


def ideas_of(person: Person) -> QuerySet[Idea]:
    """Return a person's own ideas, in whatever state; what is still a draft stands elsewhere."""
    sent = Idea.objects.filter(author=person).exclude(moderation=Idea.Moderation.DRAFT)
    return with_vote_counts(sent).order_by("-created_at", "-pk")


def votes_of(person: Person) -> QuerySet[Vote]:
    """Return the voices that a person has given and not taken back, for ideas that may still be seen."""
    given = Vote.objects.filter(person=person, idea__in=Idea.objects.visible()).exclude(value=Vote.Value.NONE)
    return given.select_related("idea").order_by("-cast_at")
