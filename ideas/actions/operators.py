"""What operators of service centres enter for residents who have no internet, always with how they agreed."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from crowd import clock
from crowd.campaigns.models import Activity
from crowd.campaigns.queries import is_visible_block, open_activities, participant
from crowd.campaigns.rules import require_open
from crowd.errors import Invalid, NotAllowed
from crowd.events import actions as events
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act, is_checked_first, must_be_looked_at
from crowd.people.models import Person
from crowd.people.queries import roles_of
from discussions.actions import open_thread
from ideas.actions.files import attach
from ideas.actions.moves import record, tell
from ideas.actions.texts import IdeaText, require_asked, write
from ideas.actions.votes import cast_vote
from ideas.models import Idea, IdeaChange, IdeaCyclePage, OperatorEntry, Vote
from ideas.queries.proposals import require_may_propose
from ideas.rules import first_state
from ideas.staff_rules import LONGEST_CONSENT, require_operator
from ideas.transitions import MODERATION
from ideas.uploads import CleanFile


class Entered(NamedTuple):
    """The voice as it stands; `entry` is None where it stood so before, and nothing was entered."""

    vote: Vote
    entry: OperatorEntry | None


@transaction.atomic
def submit_idea_for(
    *,
    operator: Person,
    resident: Person,
    cycle: IdeaCyclePage,
    text: IdeaText,
    consent: str,
    files: Iterable[CleanFile] = (),
) -> Idea:
    """Propose an idea for a resident: by the same rules, told in its history as entered by an operator.

    A draft that the resident keeps on the site stays the resident's.
    """
    consent = _require_entry(operator, resident, cycle, consent)
    resident = participant(resident)
    require_open(Activity.SUBMIT, open_activities(cycle.pk) if is_visible_block(cycle.pk) else frozenset())
    sanctions = require_may(resident, Act.WRITE, cycle.campaign_id)
    # The person's row is the lock of the quota, as where residents propose themselves.
    resident = Person.objects.select_for_update().get(pk=resident.pk)
    require_may_propose(resident, cycle)
    checked = is_checked_first(sanctions) or must_be_looked_at(resident, cycle.campaign_id, *text.words)
    state, now = first_state(cycle, resident, checked=checked), clock.now()
    step = "submit" if state == Idea.Moderation.PENDING else "submit_at_once"
    published_at = now if state == Idea.Moderation.PUBLISHED else None
    idea = Idea.objects.create(
        author=resident, cycle=cycle, moderation=state, published_at=published_at, **text.columns()
    )
    write(idea, text)
    attach(idea, files)
    require_asked(idea, text, has_files=idea.attachments.exists())
    open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
    tell(idea, step, by=IdeaChange.By.OPERATOR, actor_id=operator.pk)
    record(MODERATION[step].event, idea, actor_id=operator.pk)
    _enter(OperatorEntry.Kind.IDEA, operator, resident, idea, consent)
    return idea


@transaction.atomic
def cast_vote_for(*, operator: Person, resident: Person, idea: Idea, value: int, consent: str) -> Entered:
    """Give a resident's voice: by the same rules and into the same row, so nobody has two."""
    consent = _require_entry(operator, resident, idea.cycle, consent)
    if value == Vote.Value.NONE:
        raise Invalid(fields={"value": [_("Отозвать голос житель может сам или не голосовать вовсе.")]})
    # Of two operators at once the second sees what the first has entered.
    Person.objects.select_for_update(no_key=True).get(pk=resident.pk)
    before = Vote.objects.filter(idea=idea, person=resident).values_list("value", flat=True).first()
    vote = cast_vote(person=resident, idea=idea, value=value)
    if before == vote.value:
        return Entered(vote, None)
    return Entered(vote, _enter(OperatorEntry.Kind.VOTE, operator, resident, idea, consent))


def _require_entry(operator: Person, resident: Person, cycle: IdeaCyclePage, consent: str) -> str:
    """Return how the resident agreed; refuse who is no operator here or acts for oneself, and a missing consent."""
    require_operator(roles_of(operator), cycle.campaign_id)
    if operator.pk == resident.pk:
        raise NotAllowed(_("За себя действуйте на сайте, как все."))
    consent = " ".join(consent.split())
    if not consent:
        raise Invalid(fields={"consent": [_("Напишите, как житель дал согласие.")]})
    if len(consent) > LONGEST_CONSENT or "\x00" in consent:
        raise Invalid(fields={"consent": [_("Слишком длинно: не больше 200 знаков.")]})
    return consent


def _enter(kind: str, operator: Person, resident: Person, idea: Idea, consent: str) -> OperatorEntry:
    entry = OperatorEntry.objects.create(kind=kind, operator=operator, person=resident, idea=idea, consent=consent)
    # Nothing of it is live, and whose voice it is no event tells.
    events.record(
        "operator.entered",
        subject=events.Subject("idea", idea.pk),
        actor_id=operator.pk,
        campaign_id=idea.cycle.campaign_id,
        payload={"entry": entry.pk},
    )
    log(instance=entry, action="operator.entered", user=operator)
    return entry
