"""What staff see of ideas in the admin."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from crowd import clock
from crowd.people.models import Person
from ideas.models import Answer, Idea, IdeaCyclePage, OperatorEntry
from ideas.queries.counts import may_see_counts, with_vote_counts


def counts_seen(person: Person, ideas: QuerySet[Idea]) -> set[int]:
    """Return those cycles of the ideas in which this person may be told how many voted."""
    cycles = IdeaCyclePage.objects.filter(pk__in=ideas.order_by().values("cycle"))
    return {cycle.pk for cycle in cycles if may_see_counts(person, cycle)}


def counts_of(person: Person, ideas: Iterable[Idea]) -> dict[int, tuple[int, int]]:
    """Return the voices for and against each of the ideas of which this person may be told them."""
    rows = list(ideas)
    cycles = {idea.cycle_id: idea.cycle for idea in rows}
    seen = {pk for pk, cycle in cycles.items() if may_see_counts(person, cycle)}
    wanted = Idea.objects.filter(pk__in=[idea.pk for idea in rows if idea.cycle_id in seen])
    counted: Iterable[Any] = with_vote_counts(wanted).only("pk")
    return {idea.pk: (idea.up, idea.down) for idea in counted}


def overdue(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Return those ideas whose promised answer has not come in time."""
    today = timezone.localdate(clock.now())
    late = ideas.filter(answer_due_on__lt=today, moderation=Idea.Moderation.PUBLISHED)
    return late.exclude(progress__in=Idea.UNLISTED).filter(~Exists(Answer.objects.filter(idea=OuterRef("pk"))))


def numbers_by_state(ideas: QuerySet[Idea]) -> dict[tuple[str, str], int]:
    """Return how many ideas are in each pair of states."""
    pairs = ideas.order_by().values_list("moderation", "progress").annotate(n=Count("pk"))
    return {(moderation, progress): n for moderation, progress, n in pairs}


def entries_seen(person: Person, entries: QuerySet[OperatorEntry]) -> QuerySet[OperatorEntry]:
    """Return the operators' entries that this person may be told of.

    Entered voices tell how many voted: where that is hidden until the end, only those that one entered oneself.
    """
    hidden = IdeaCyclePage.objects.filter(counts_shown=IdeaCyclePage.Counts.AT_END)
    unseen = [cycle.pk for cycle in hidden if not may_see_counts(person, cycle)]
    others = Q(kind=OperatorEntry.Kind.VOTE, idea__cycle_id__in=unseen) & ~Q(operator=person)
    return entries.exclude(others)
