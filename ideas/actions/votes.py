from django.db import transaction

from crowd import clock
from crowd.campaigns.queries import open_activities, participant
from crowd.events import actions as events
from crowd.people.models import Person
from ideas.models import Idea, Vote, VoteChange, new_receipt
from ideas.queries import live_group
from ideas.rules import require_votable


@transaction.atomic
def cast_vote(*, person: Person | None, idea: Idea, value: int) -> Vote:
    """Give, change or take back (0) one's voice: one row per person and idea, by constraint.

    The counts are no row that every vote updates: a vote adds a `VoteChange`, the worker folds it.
    """
    person = participant(person)
    require_votable(idea, value, open_activities(idea.cycle_id))
    receipt = new_receipt()
    Vote.objects.bulk_create([Vote(idea=idea, person=person, value=value, receipt=receipt)], ignore_conflicts=True)
    vote = Vote.objects.select_for_update().get(idea=idea, person=person)
    before = 0 if vote.receipt == receipt else vote.value
    if before == value:
        return vote
    if vote.value != value:
        vote.value, vote.cast_at = value, clock.now()
        vote.save(update_fields=["value", "cast_at"])
    VoteChange.objects.create(
        idea=idea,
        votes_for=(value == Vote.Value.FOR) - (before == Vote.Value.FOR),
        votes_against=(value == Vote.Value.AGAINST) - (before == Vote.Value.AGAINST),
    )
    # No actor: the log tells that somebody voted, the row alone tells who.
    events.record(
        "vote.cast",
        subject=events.Subject("idea", idea.pk),
        campaign_id=idea.cycle.campaign_id,
        live_group=live_group(idea.pk),
    )
    return vote
