import math
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from crowd.campaigns.models import Phase
from crowd.people.models import Person
from discussions.models import Thread
from ideas.models import Idea, IdeaCyclePage, Vote, VoteChange
from ideas.ranking import top_score


def _unfolded(column: str) -> Coalesce:
    changes = VoteChange.objects.filter(idea=OuterRef("pk")).order_by().values("idea").annotate(sum=Sum(column))
    return Coalesce(Subquery(changes.values("sum"), output_field=IntegerField()), 0)


def counts_hidden() -> Q:
    """Return the condition of ideas of which nobody is told now how many voted; `may_see_counts` says the same."""
    ahead = Exists(_voting_ahead(OuterRef("cycle_id")))
    return Q(ahead, cycle__counts_shown=IdeaCyclePage.Counts.AT_END)


def with_vote_counts(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Add `up` and `down`: what is folded plus what the worker has not folded yet; null where nobody is told.

    Outputs take these two and never the columns, which know of no secret.
    """

    def told(column: str) -> Case:
        return Case(When(counts_hidden(), then=None), default=F(column) + _unfolded(column))

    return ideas.annotate(up=told("votes_for"), down=told("votes_against"))


def support_told() -> Case:
    """Return the folded number of voices for, 0 where nobody is told: what orders and sums outside of a cycle go by."""
    return Case(When(counts_hidden(), then=0), default=F("votes_for"), output_field=IntegerField())


def with_counted_votes(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Add what the folded counts must be by the rows: `counted_` and the name of each. Costs a count per idea."""

    def counted(value: Vote.Value, **more: Any) -> Coalesce:
        votes = Vote.objects.filter(idea=OuterRef("pk"), value=value, **more).order_by().values("idea")
        return Coalesce(Subquery(votes.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)

    resident = {"by_resident": True}
    return ideas.annotate(
        counted_votes_for=counted(Vote.Value.FOR) + F("imported_votes") - _unfolded("votes_for"),
        counted_votes_against=counted(Vote.Value.AGAINST) - _unfolded("votes_against"),
        counted_residents_for=counted(Vote.Value.FOR, **resident) - _unfolded("residents_for"),
        counted_residents_against=counted(Vote.Value.AGAINST, **resident) - _unfolded("residents_against"),
    )


def counted_votes(idea: Any) -> dict[str, float]:
    """Return the right counts of an idea that `with_counted_votes` has read with its cycle, and its score by them."""
    names = ("votes_for", "votes_against", "residents_for", "residents_against")
    right: dict[str, float] = {name: getattr(idea, f"counted_{name}") for name in names}
    score = top_score(int(right["votes_for"]), int(right["votes_against"]), takes_against=idea.cycle.takes_against)
    return right | {"top_score": score}


def wrong_counts(idea: Any) -> dict[str, tuple[float, float]]:
    """Return which stored counts differ from the right ones: by name, what is stored and what is right."""
    right = counted_votes(idea)
    pairs = {name: (getattr(idea, name), value) for name, value in right.items()}
    return {name: pair for name, pair in pairs.items() if not math.isclose(*pair, abs_tol=1e-9)}


def with_comment_counts(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Add `comment_count`: how many comments of the idea's thread are public."""
    threads = Thread.objects.filter(host_kind="idea", host_id=OuterRef("pk"))
    return ideas.annotate(comment_count=Coalesce(Subquery(threads.values("comment_count")), 0))


def vote_counts(idea_id: int) -> tuple[int | None, int | None]:
    """Return the voices for and against one idea; nothing where nobody is told."""
    idea: Any = with_vote_counts(Idea.objects.filter(pk=idea_id)).get()
    return idea.up, idea.down


def may_see_counts(person: Person | None, cycle: IdeaCyclePage) -> bool:
    """Say whether the person may be told how many voted in this cycle; the one guard of every output of counts.

    Where the cycle hides them until the end, nobody may before its last phase that opens voting is over: no resident,
    no author, no staff. `person` stands here for the screens that will be named one day; none is.
    """
    del person
    if cycle.counts_shown == IdeaCyclePage.Counts.ALWAYS:
        return True
    return not votes_ahead(cycle.pk)


def votes_ahead(cycle_id: int) -> bool:
    """Say whether voting is open in the cycle or will be, by the database's clock."""
    return _voting_ahead(cycle_id).exists()


def _voting_ahead(cycle_id: Any) -> QuerySet[Phase]:
    return Phase.objects.not_over().filter(page_id=cycle_id, vote=True)
