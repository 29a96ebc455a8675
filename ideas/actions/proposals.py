"""What authors write: proposing an idea and changing it."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import ngettext

from crowd import clock
from crowd.campaigns.models import Activity
from crowd.campaigns.queries import is_visible_block, open_activities, participant
from crowd.campaigns.rules import require_open
from crowd.errors import QuotaReached
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act, is_checked_first, must_be_looked_at
from crowd.people.models import Person
from discussions.actions import open_thread
from ideas.actions.drafts import locked_draft
from ideas.actions.files import attach, detach
from ideas.actions.moves import move
from ideas.actions.texts import IdeaText, require_asked, write
from ideas.models import Idea, IdeaChange, IdeaCyclePage
from ideas.queries.proposals import require_may_propose
from ideas.rules import MOST_PENDING, first_state
from ideas.uploads import CleanFile

Moderation, By = Idea.Moderation, IdeaChange.By


@transaction.atomic
def submit_idea(
    *,
    author: Person | None,
    cycle: IdeaCyclePage,
    text: IdeaText,
    files: Iterable[CleanFile] = (),
    remove: Collection[int] = (),
    unproved: bool = False,
) -> Idea:
    """Propose an idea: it is published at once or waits for a moderator, as the cycle and the author's standing say.

    What is `unproved` of a newcomer waits in any case, and so does what holds personal data. The author's draft in this
    cycle becomes it, with the files that it has but for those of `remove`.
    """
    author = participant(author)
    require_open(Activity.SUBMIT, open_activities(cycle.pk) if is_visible_block(cycle.pk) else frozenset())
    sanctions = require_may(author, Act.WRITE, cycle.campaign_id)
    # The person's row is the lock of the quota: two parallel submissions cannot both be the last that fits.
    author = Person.objects.select_for_update().get(pk=author.pk)
    require_may_propose(author, cycle)
    _require_few_waiting(author, cycle)
    idea = locked_draft(author, cycle)
    write(idea, text)
    detach(idea, remove)
    attach(idea, files)
    require_asked(idea, text, has_files=idea.attachments.exists())
    checked = is_checked_first(sanctions) or must_be_looked_at(author, cycle.campaign_id, *text.words)
    state = first_state(cycle, author, checked=checked, unproved=unproved)
    return _send(idea, author, state)


def _send(idea: Idea, author: Person, state: str) -> Idea:
    """Turn the locked draft into an idea."""
    open_thread(host_kind="idea", host_id=idea.pk, block=idea.cycle)
    step = "submit" if state == Moderation.PENDING else "submit_at_once"
    return move(idea, step, by=By.AUTHOR, actor_id=author.pk, created_at=clock.now())


def _require_few_waiting(author: Person, cycle: IdeaCyclePage) -> None:
    waiting = Idea.objects.filter(author=author, cycle=cycle, moderation=Moderation.PENDING).count()
    if waiting >= MOST_PENDING:
        raise QuotaReached(
            ngettext(
                "У вас уже %(n)s идея ждёт проверки. Дождитесь решения по ней.",
                "У вас уже %(n)s идей ждут проверки. Дождитесь решения по ним.",
                waiting,
            )
            % {"n": waiting}
        )
