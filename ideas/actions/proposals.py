"""What authors write: proposing an idea and changing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crowd import clock
from crowd.campaigns.models import Activity, Sector
from crowd.campaigns.queries import is_visible_block, open_activities, participant
from crowd.campaigns.rules import require_open
from crowd.errors import PhaseClosed, QuotaReached
from crowd.moderation.queries import require_voice
from crowd.people.models import Municipality, Person
from discussions.actions import open_thread
from ideas.actions.moves import change, locked, record, tell
from ideas.models import Attachment, Idea, IdeaChange, IdeaCyclePage
from ideas.rules import MOST_PENDING, first_state, require_author
from ideas.transitions import allows
from ideas.uploads import CleanFile

Moderation, By = Idea.Moderation, IdeaChange.By


@dataclass(frozen=True)
class IdeaText:
    """What a person writes into the form of an idea."""

    title: str
    problem: str
    solution: str = ""
    effect: str = ""
    sector: Sector | None = None
    municipality: Municipality | None = None
    tags: Sequence[str] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "problem": self.problem,
            "solution": self.solution,
            "effect": self.effect,
            "sector": self.sector,
            "municipality": self.municipality,
        }


@transaction.atomic
def submit_idea(
    *, author: Person | None, cycle: IdeaCyclePage, text: IdeaText, files: Iterable[CleanFile] = ()
) -> Idea:
    """Propose an idea: it is published at once or waits for a moderator, as the cycle and the author's standing say."""
    author = participant(author)
    require_open(Activity.SUBMIT, open_activities(cycle.pk) if is_visible_block(cycle.pk) else frozenset())
    require_voice(author, cycle.campaign_id)
    # The person's row is the lock of the quota: two parallel submissions cannot both be the last that fits.
    author = Person.objects.select_for_update().get(pk=author.pk)
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
    state = first_state(cycle, author)
    idea = Idea.objects.create(
        author=author,
        cycle=cycle,
        moderation=state,
        published_at=clock.now() if state == Moderation.PUBLISHED else None,
        **text.columns(),
    )
    idea.tags.set(text.tags)
    attach(idea, files)
    tell(idea, "submit" if state == Moderation.PENDING else "submit_at_once", by=By.AUTHOR, actor_id=author.pk)
    open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
    record("idea.submitted" if state == Moderation.PENDING else "idea.published", idea, actor_id=author.pk)
    return idea


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
    change(idea, **text.columns())
    idea.tags.set(text.tags)
    record("idea.edited", idea, actor_id=author.pk)
    return idea


def attach(idea: Idea, files: Iterable[CleanFile]) -> None:
    stored: list[Attachment] = []
    try:
        for file in files:
            attachment = Attachment(idea=idea, name=file.name, content_type=file.content_type, size=file.content.size)
            attachment.file.save(file.name, file.content, save=False)
            stored.append(attachment)
        Attachment.objects.bulk_create(stored)
    except Exception:
        # The transaction takes the rows back; the files are ours to take back.
        for attachment in stored:
            attachment.file.delete(save=False)
        raise
