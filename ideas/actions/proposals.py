"""What authors write: proposing an idea and changing it."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crowd import clock
from crowd.campaigns.models import Activity
from crowd.campaigns.queries import is_visible_block, open_activities, participant
from crowd.campaigns.rules import require_open
from crowd.errors import PhaseClosed, QuotaReached
from crowd.moderation.queries import require_voice
from crowd.people.models import Person
from discussions.actions import open_thread
from ideas.actions.drafts import locked_draft
from ideas.actions.files import attach, detach
from ideas.actions.moves import locked, move, record
from ideas.actions.texts import IdeaText, require_asked, write
from ideas.models import Idea, IdeaChange, IdeaCyclePage
from ideas.queries.proposals import require_may_propose
from ideas.rules import MOST_PENDING, first_state, require_author
from ideas.transitions import allows
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
) -> Idea:
    """Propose an idea: it is published at once or waits for a moderator, as the cycle and the author's standing say.

    The author's draft in this cycle becomes it, with the files that it has but for those of `remove`.
    """
    author = participant(author)
    require_open(Activity.SUBMIT, open_activities(cycle.pk) if is_visible_block(cycle.pk) else frozenset())
    require_voice(author, cycle.campaign_id)
    # The person's row is the lock of the quota: two parallel submissions cannot both be the last that fits.
    author = Person.objects.select_for_update().get(pk=author.pk)
    require_may_propose(author, cycle)
    _require_few_waiting(author, cycle)
    idea = locked_draft(author, cycle)
    write(idea, text)
    detach(idea, remove)
    attach(idea, files)
    require_asked(idea, text, has_files=idea.attachments.exists())
    return _send(idea, author)


def _send(idea: Idea, author: Person) -> Idea:
    """Turn the locked draft into an idea."""
    open_thread(host_kind="idea", host_id=idea.pk, block=idea.cycle)
    step = "submit" if first_state(idea.cycle, author) == Moderation.PENDING else "submit_at_once"
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


@transaction.atomic
def edit_idea(*, author: Person, idea_id: int, text: IdeaText) -> Idea:
    """Change the text while nobody has voted: later, a changed text would steal votes."""
    idea = locked(idea_id)
    require_author(idea, author)
    if not allows(idea).editable:
        raise PhaseClosed(_("Эту идею уже нельзя изменить."))
    require_open(Activity.SUBMIT, open_activities(idea.cycle_id))
    require_voice(author, idea.cycle.campaign_id)
    if idea.votes.exclude(person=author).exists():
        raise PhaseClosed(_("За идею уже голосовали, поэтому её текст больше не меняется. Дополните её в комментарии."))
    write(idea, text)
    record("idea.edited", idea, actor_id=author.pk)
    return idea
