from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from crowd import clock
from crowd.people.models import Person
from discussions.actions import open_thread
from ideas.actions.moves import record
from ideas.imports import ImportRow
from ideas.models import Idea, IdeaCyclePage

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
            votes_for=row.votes,
            imported_votes=row.votes,
            import_key=row.key,
        )
        idea.tags.set(row.tags)
        open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
        record("idea.published", idea, actor_id=None)
        new += 1
    return new


def _import_author() -> Person:
    """Return the person that imported ideas stand under: nobody can sign in as it."""
    author = Person.objects.filter(email=IMPORT_EMAIL).first()
    if author is None:
        author = Person(email=IMPORT_EMAIL, display_name=_("Обращения жителей"), is_active=False)
        author.set_unusable_password()
        author.save()
    return author
