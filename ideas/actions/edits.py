"""What authors change and add after they have sent an idea."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crowd import clock
from crowd.campaigns.queries import open_activities, participant
from crowd.errors import Invalid
from crowd.moderation.machine.notes import named_data
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act, is_checked_first, must_be_looked_at
from crowd.people.models import Person
from ideas.actions.files import attach, detach
from ideas.actions.moves import locked, locked_sent, move, record, tell
from ideas.actions.texts import IdeaText, require_asked, write
from ideas.models import Clarification, Idea, IdeaChange, IdeaVersion
from ideas.queries.authors import has_votes, is_co_author
from ideas.rules import MISSING, first_state, require_clarifiable, require_editable, require_writer
from ideas.uploads import CleanFile

Moderation, By = Idea.Moderation, IdeaChange.By
# A clarification waits for nobody.
IN_SIGHT = _("Уточнение сразу увидят все, а в нём, похоже, есть личные данные: %(what)s. Уберите их.")
VERSIONED = ("title", "problem", "solution", "effect")


@transaction.atomic
def edit_idea(
    *,
    author: Person,
    idea_id: int,
    text: IdeaText,
    files: Iterable[CleanFile] = (),
    remove: Collection[int] = (),
    unproved: bool = False,
) -> Idea:
    """Change the text while nobody has voted: later, a changed text would steal votes.

    What a moderator gave back goes to the moderators again. What is public keeps how it read before, and its files;
    an author whose words are looked at first has the change looked at too, and until then the idea is not shown.
    """
    idea = locked_sent(idea_id)
    require_writer(idea, author, is_co_author=is_co_author(author, idea))
    require_editable(idea, open_activities(idea.cycle_id), has_votes=has_votes(idea))
    sanctions = require_may(author, Act.WRITE, idea.cycle.campaign_id)
    if idea.moderation == Moderation.PUBLISHED:
        checked = is_checked_first(sanctions) or must_be_looked_at(author, idea.cycle.campaign_id, *text.words)
        state = first_state(idea.cycle, author, checked=checked, unproved=unproved)
        return _edit_in_public(idea, author, text, state)
    write(idea, text)
    detach(idea, remove)
    attach(idea, files)
    require_asked(idea, text, has_files=idea.attachments.exists())
    if idea.moderation == Moderation.NEEDS_WORK:
        return move(idea, "resubmit", by=By.AUTHOR, actor_id=author.pk)
    record("idea.edited", idea, actor_id=author.pk)
    return idea


def _edit_in_public(idea: Idea, author: Person, text: IdeaText, state: str) -> Idea:
    require_asked(idea, text, has_files=idea.attachments.exists())
    new = text.columns()
    if any(getattr(idea, name) != new[name] for name in VERSIONED):
        _keep_version(idea)
        write(idea, text)
        tell(idea, "edited", by=By.AUTHOR, actor_id=author.pk)
    else:
        write(idea, text)
    if state == Moderation.PENDING:
        return move(idea, "withhold", by=By.AUTHOR, actor_id=author.pk)
    record("idea.edited", idea, actor_id=author.pk)
    return idea


def _keep_version(idea: Idea) -> None:
    """Keep how the public idea reads before it is changed."""
    before = idea.versions.order_by("-pk").values_list("replaced_at", flat=True).first()
    columns = {name: getattr(idea, name) for name in VERSIONED}
    written_at = before or idea.published_at or idea.created_at
    IdeaVersion.objects.create(idea=idea, written_at=written_at, replaced_at=clock.now(), **columns)


@transaction.atomic
def add_clarification(*, author: Person, idea_id: int, body: str) -> Clarification:
    """Add something beside the text, which stays as it was voted for."""
    author = participant(author)
    idea = locked(idea_id)
    require_writer(idea, author, is_co_author=is_co_author(author, idea))
    require_clarifiable(idea, open_activities(idea.cycle_id), idea.clarifications.count())
    require_may(author, Act.ADD_AT_ONCE, idea.cycle.campaign_id)
    if not body.strip():
        raise Invalid(fields={"body": [MISSING]})
    if must_be_looked_at(author, idea.cycle.campaign_id, body):
        raise Invalid(fields={"body": [IN_SIGHT % {"what": named_data(body)}]})
    clarification = Clarification.objects.create(idea=idea, author=author, body=body.strip(), created_at=clock.now())
    tell(idea, "clarified", by=By.AUTHOR, actor_id=author.pk)
    record("idea.clarified", idea, actor_id=author.pk)
    return clarification
