from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from crowd import clock
from crowd.people.models import Person
from discussions.actions import open_thread
from ideas.actions.answers import TOLD_OF_ANSWER
from ideas.actions.moves import record
from ideas.imports import ImportRow
from ideas.models import Answer, Idea, IdeaChange, IdeaCyclePage
from ideas.queries.answers import responsible_body
from ideas.ranking import top_score
from ideas.transitions import PROGRESS

IMPORT_EMAIL = "import@localhost.invalid"


@transaction.atomic
def import_ideas(*, cycle: IdeaCyclePage, rows: Sequence[ImportRow]) -> int:
    """Publish imported rows, all or none of them; return how many were new. Known rows are left as they are."""
    known = set(
        Idea.objects.filter(cycle=cycle, import_key__in=[row.key for row in rows]).values_list("import_key", flat=True)
    )
    author = _import_author()
    new = 0
    for row in rows:
        if row.key in known:
            continue
        known.add(row.key)
        moment = row.happened_at or clock.now()
        idea = Idea.objects.create(
            cycle=cycle,
            author=author,
            title=row.title,
            problem=row.problem,
            solution=row.solution,
            effect=row.effect,
            sector=row.sector,
            municipality=row.municipality,
            moderation=Idea.Moderation.PUBLISHED,
            created_at=moment,
            published_at=moment,
            progress=row.progress,
            votes_for=row.votes,
            imported_votes=row.votes,
            top_score=top_score(row.votes, 0, takes_against=cycle.takes_against),
            import_key=row.key,
        )
        idea.tags.set(row.tags)
        open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
        _tell(idea, row, author, moment)
        record("idea.published", idea, actor_id=None)
        new += 1
    return new


def _tell(idea: Idea, row: ImportRow, author: Person, moment: datetime) -> None:
    """Write the history that the row tells: when it was published, what was decided and answered."""
    told = [("publish", Idea.Progress.OPEN.value, moment)]
    decided_at = moment
    if row.answer:
        given_on = row.answered_on or timezone.localdate(moment)
        body = row.answer_body or responsible_body(idea.cycle) or _("Организаторы проекта")
        Answer.objects.create(
            idea=idea, body=body, progress=row.progress, text=row.answer, author=author, given_on=given_on
        )
        noon = timezone.make_aware(datetime.combine(given_on, time(12)))
        decided_at = max(moment, noon)
    if row.progress != Idea.Progress.OPEN:
        step = next(name for name, step in PROGRESS.items() if step.target == row.progress)
        told.append((step, row.progress, decided_at))
    IdeaChange.objects.bulk_create(
        IdeaChange(
            idea=idea,
            step=name,
            moderation=Idea.Moderation.PUBLISHED,
            progress=progress,
            reason=Truncator(row.answer).chars(TOLD_OF_ANSWER) if name != "publish" else "",
            by=IdeaChange.By.SYSTEM,
            happened_at=happened_at,
        )
        for name, progress, happened_at in told
    )


def _import_author() -> Person:
    """Return the person that imported ideas stand under: nobody can sign in as it."""
    author = Person.objects.filter(email=IMPORT_EMAIL).first()
    if author is None:
        author = Person(email=IMPORT_EMAIL, display_name=_("Обращения жителей"), is_active=False)
        author.set_unusable_password()
        author.save()
    return author
