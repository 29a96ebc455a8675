"""What a person has begun to write: one draft for each cycle, seen by nobody else. It records no event."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from crowd import clock
from crowd.campaigns.queries import is_visible_block, participant
from crowd.errors import NotFound
from crowd.people.models import Person
from ideas.actions.files import attach, detach
from ideas.actions.texts import IdeaText, write
from ideas.models import Idea, IdeaCyclePage
from ideas.uploads import CleanFile

DRAFT = Idea.Moderation.DRAFT


@transaction.atomic
def keep_draft(
    *,
    author: Person | None,
    cycle: IdeaCyclePage,
    text: IdeaText,
    files: Iterable[CleanFile] = (),
    remove: Collection[int] = (),
) -> Idea:
    """Keep what was written so far in place of what was kept before; files are added, but for those of `remove`.

    Also while the phase is closed and whoever may not propose here: what was typed is not lost for that.
    """
    author = participant(author)
    if not is_visible_block(cycle.pk):
        raise NotFound(_("Такого сбора идей нет."))
    draft = locked_draft(author, cycle)
    # Of a draft: when it was kept last.
    write(draft, text, created_at=clock.now())
    detach(draft, remove)
    attach(draft, files)
    return draft


@transaction.atomic
def delete_draft(*, author: Person, idea_id: int) -> None:
    """Throw the draft away with its files; whose it is not, for them it does not exist."""
    draft = Idea.objects.select_for_update().filter(pk=idea_id, author=author, moderation=DRAFT).first()
    if draft is None:
        raise NotFound(_("Такого черновика нет."))
    detach(draft)
    draft.delete()


def locked_draft(author: Person, cycle: IdeaCyclePage) -> Idea:
    """Return the author's draft in the cycle with its row locked; an empty one where there was none."""
    drafts = Idea.objects.select_for_update(of=("self",)).filter(author=author, cycle=cycle, moderation=DRAFT)
    draft = drafts.first()
    if draft is None:
        # Of two first ones at once the constraint lets one in; the other finds it.
        Idea.objects.bulk_create([Idea(author=author, cycle=cycle, moderation=DRAFT)], ignore_conflicts=True)
        draft = drafts.get()
    draft.cycle = cycle
    return draft
