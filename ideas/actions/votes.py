"""Giving a voice, changing it, taking it back: one row per person and idea, by constraint."""

from hashlib import sha256
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from crowd.campaigns.queries import open_activities
from crowd.campaigns.rules import require_participant
from crowd.errors import Invalid, NotSignedIn, PhaseClosed
from crowd.events import actions as events
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act
from crowd.people.models import Person
from ideas.models import Idea, Vote, VoteChange, new_receipt
from ideas.queries.access import live_group
from ideas.queries.proposals import places_of
from ideas.queries.voting import Ballot, ballot_of, takes_votes, voices_spent
from ideas.rules import (
    require_changeable,
    require_level,
    require_place,
    require_value,
    require_voice_left,
    require_votable,
)

LONGEST_KEY = 200

# The row is written where the idea takes votes at the moment of this very statement, or not at all.
INSERT = """
    INSERT INTO ideas_vote (idea_id, person_id, value, receipt, by_resident)
    SELECT %s, %s, %s, %s, %s WHERE EXISTS ({takes_votes})
    ON CONFLICT (idea_id, person_id) DO NOTHING RETURNING id
"""
# The same, and what it changes in the counts, where one statement can write two tables.
INSERT_AND_COUNT = f"""
    WITH cast_now AS ({INSERT}), counted AS (
        INSERT INTO ideas_votechange (idea_id, votes_for, votes_against, residents_for, residents_against)
        SELECT %s, %s, %s, %s, %s FROM cast_now WHERE %s
    )
    SELECT id FROM cast_now
"""  # noqa: S608 - made of constants
NOTE_KEY = """
    INSERT INTO ideas_voterequest (person_id, key) VALUES (%s, %s)
    ON CONFLICT (person_id, key) DO NOTHING RETURNING id
"""


class Counted(NamedTuple):
    """What one voice adds to the counts."""

    votes_for: int = 0
    votes_against: int = 0
    residents_for: int = 0
    residents_against: int = 0

    @classmethod
    def of(cls, vote: Vote) -> "Counted":
        in_favour, against = int(vote.value == Vote.Value.FOR), int(vote.value == Vote.Value.AGAINST)
        return cls(in_favour, against, in_favour * vote.by_resident, against * vote.by_resident)


NOTHING = Counted()


@transaction.atomic
def cast_vote(*, person: Person | None, idea: Idea, value: int, key: str = "", ballot: Ballot | None = None) -> Vote:
    """Give, change or take back (0) one's voice, and return it as it stands.

    `ballot` is what has been read of both beforehand, together with the idea; without it, it is asked for here.

    `key` is the sender's name for this request: where it was heeded already, nothing is changed. The counts are no row
    that every vote updates: a vote adds a `VoteChange`, the worker folds it. Whether it is too late is decided by the
    database's clock in the statement that writes.
    """
    if not isinstance(person, Person):
        raise NotSignedIn
    ballot = ballot or ballot_of(person, idea)
    _require_voice(require_participant(person, consented=ballot.agreed is not False), idea, value, ballot)
    if key and not _is_first(person, idea, key):
        repeated = Vote.objects.filter(idea=idea, person=person).first()
        if repeated is not None:
            return repeated
    vote = _inserted(person, idea, value)
    if vote is not None:
        if value != Vote.Value.NONE:
            _tell(idea, ballot)
        return vote
    vote = _own_row(person, idea, value)
    if vote.value != value:
        former = Counted.of(vote)
        _change(vote, person, idea, value)
        _note_change(idea, former, Counted.of(vote))
        _tell(idea, ballot)
    return vote


def _require_voice(person: Person, idea: Idea, value: int, ballot: Ballot) -> None:
    """Refuse a voice that the cycle does not take of this person. Where voices are numbered, lock the person's row.

    Of parallel requests then as many are heeded as there are voices; elsewhere nothing is waited for.
    """
    require_value(idea.cycle, value)
    # A voice that is taken back changes the counts as well.
    if ballot.sanctioned:
        require_may(person, Act.VOTE, idea.cycle.campaign_id)
    if value == Vote.Value.NONE:
        return
    require_level(person, idea.cycle.vote_level)
    if ballot.limited and not ballot.lives_there:
        require_place(person, places_of(idea.cycle))
    if idea.cycle.is_budget:
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        require_voice_left(idea.cycle, voices_spent(person, idea))


def _is_first(person: Person, idea: Idea, key: str) -> bool:
    """Note the sender's key; say whether it is heard for the first time. A refused vote takes the note back."""
    if len(key) > LONGEST_KEY:
        raise Invalid(fields={"key": [_("Слишком длинный ключ запроса.")]})
    with connection.cursor() as cursor:
        cursor.execute(NOTE_KEY, [person.pk, sha256(f"{idea.pk}:{key}".encode()).hexdigest()])
        return cursor.fetchone() is not None


def _inserted(person: Person, idea: Idea, value: int) -> Vote | None:
    """Return the row that this vote has made, counted; None where there was one, or the idea takes no votes now."""
    fields = ("id", "idea_id", "person_id", "value", "receipt", "by_resident")
    row = (idea.pk, person.pk, value, new_receipt(), person.verification == Person.Verification.RESIDENT)
    vote = Vote.from_db(connection.alias, fields, [None, *row])
    open_sql, open_params = takes_votes(idea.pk).values("pk").query.sql_with_params()
    parameters = [*row, *open_params]
    at_once = connection.vendor == "postgresql"
    if at_once:
        parameters += [idea.pk, *Counted.of(vote), value != Vote.Value.NONE]
    with connection.cursor() as cursor:
        cursor.execute((INSERT_AND_COUNT if at_once else INSERT).format(takes_votes=open_sql), parameters)
        made = cursor.fetchone()
    if made is None:
        return None
    vote.pk = made[0]
    if not at_once:
        _note_change(idea, NOTHING, Counted.of(vote))
    return vote


def _own_row(person: Person, idea: Idea, value: int) -> Vote:
    """Return the person's row, locked, where it may stand or become this value now."""
    rows = Vote.objects.select_for_update().annotate(in_time=Exists(takes_votes(idea.pk)))
    vote = rows.filter(idea=idea, person=person).first()
    if vote is None or not vote.in_time:
        raise _closed(idea, value)
    if vote.value != value:
        require_changeable(idea.cycle, vote.value)
    return vote


def _change(vote: Vote, person: Person, idea: Idea, value: int) -> None:
    vote.value, vote.by_resident = value, person.verification == Person.Verification.RESIDENT
    rows = Vote.objects.filter(Exists(takes_votes(idea.pk)), pk=vote.pk)
    if not rows.update(value=vote.value, by_resident=vote.by_resident, cast_at=Now()):
        raise _closed(idea, value)


def _closed(idea: Idea, value: int) -> PhaseClosed:
    """Return why the idea took no vote at the moment of writing, in the words of the rule."""
    try:
        require_votable(Idea.objects.select_related("cycle").get(pk=idea.pk), value, open_activities(idea.cycle_id))
    except PhaseClosed as error:
        return error
    return PhaseClosed(_("За эту идею сейчас нельзя голосовать."))


def count(idea: Idea, former: Counted, present: Counted) -> None:
    """Note what changed in the counts, and that it did."""
    if former != present:
        _note_change(idea, former, present)
        _tell(idea, None)


def _note_change(idea: Idea, former: Counted, present: Counted) -> None:
    change = Counted(*(after - before for before, after in zip(former, present, strict=True)))
    if any(change):
        VoteChange.objects.create(idea=idea, **change._asdict())


def _tell(idea: Idea, ballot: Ballot | None) -> None:
    """Record the event without an actor: the log tells that somebody voted, the row alone tells who."""
    if ballot:
        campaign_id, group = ballot.campaign_id, f"thread.{ballot.thread_id}" if ballot.thread_id else ""
    else:
        campaign_id, group = idea.cycle.campaign_id, live_group(idea.pk)
    events.record("vote.cast", subject=events.Subject("idea", idea.pk), campaign_id=campaign_id, live_group=group)
