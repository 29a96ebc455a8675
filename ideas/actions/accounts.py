"""What becomes of votes when two accounts become one, or one goes: always one voice for each person and idea."""

from django.db import transaction

from crowd.people.models import Person
from ideas.actions.votes import NOTHING, Counted, count
from ideas.models import IdeaCyclePage, Vote, VoteRequest
from ideas.queries.counts import votes_ahead
from ideas.queries.voting import spent_voices


@transaction.atomic
def merge_votes(*, keep: Person, gone: Person) -> None:
    """Make the votes of `gone` those of `keep`. Where both have voted for one idea, what was said last holds.

    Where everybody has a number of voices, those that were given last are taken back until no more are left than one
    person has.
    """
    # In this order everywhere, and before the votes, as a vote does that spends a voice.
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=[keep.pk, gone.pk]).order_by("pk"))
    kept = {vote.idea_id: vote for vote in _rows(keep)}
    for vote in _rows(gone):
        other = kept.get(vote.idea_id)
        if other is None:
            vote.person = keep
            vote.save(update_fields=["person"])
            continue
        stale, last = sorted((other, vote), key=lambda one: one.cast_at)
        stale.delete()
        count(stale.idea, Counted.of(stale), NOTHING)
        Vote.objects.filter(pk=last.pk).update(person=keep)
    for cycle in IdeaCyclePage.objects.filter(voting=IdeaCyclePage.Voting.BUDGET, ideas__votes__person=keep).distinct():
        _take_back_what_is_too_much(keep, cycle)
    VoteRequest.objects.filter(person=gone).delete()


def _rows(person: Person) -> list[Vote]:
    rows = Vote.objects.select_for_update(of=("self",)).filter(person=person)
    return list(rows.select_related("idea__cycle").order_by("pk"))


def _take_back_what_is_too_much(person: Person, cycle: IdeaCyclePage) -> None:
    spent = spent_voices(person, cycle).select_related("idea__cycle").order_by("cast_at", "pk")
    ideas: set[int] = set()
    for vote in spent:
        ideas.add(vote.counted)
        if len(ideas) > cycle.votes_each:
            ideas.discard(vote.counted)
            former = Counted.of(vote)
            vote.value = Vote.Value.NONE
            vote.save(update_fields=["value"])
            count(vote.idea, former, NOTHING)


@transaction.atomic
def erase_votes(*, person: Person) -> None:
    """Take back the person's votes where voting goes on: who signs up anew may give them again.

    Where it is over, they stay in the result, beneath an account that tells nobody's name.
    """
    list(Person.objects.select_for_update(no_key=True).filter(pk=person.pk))
    for vote in _rows(person):
        if votes_ahead(vote.idea.cycle_id):
            vote.delete()
            count(vote.idea, Counted.of(vote), NOTHING)
    VoteRequest.objects.filter(person=person).delete()
