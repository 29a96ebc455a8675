"""What staff read of people's personal data, noted in Wagtail's log: who read about whom, when and where."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import get_active_log_context, log
from wagtail.models import ModelLogEntry

from crowd import clock
from crowd.errors import Text
from crowd.people.models import Person

READ, EXPORTED = "people.read", "people.exported"
# Whoever turns the pages of a list back and forth is noted once.
ONCE_IN = timedelta(hours=1)

# Where something can be read, by the name that is logged: higher floors add theirs when they get ready.
places: dict[str, Text] = {
    "accounts": _("список учётных записей"),
    "account": _("учётная запись"),
    "roles": _("роли в проектах"),
    "residents": _("подтверждение жителей"),
}


@transaction.atomic
def note_reading(*, reader: Person, people: Iterable[Person], where: str) -> None:
    """Note that the reader is about to be shown the e-mail or the personal record of these people.

    One entry for each of them within an hour, however often and wherever it is read; none of oneself. It is called
    before anything is shown, so that what cannot be noted is not shown.
    """
    read = {person.pk: person for person in people if person.pk != reader.pk}
    if not read:
        return
    # The reader's row is the lock: of two pages that are opened at once one notes.
    Person.objects.select_for_update(no_key=True).get(pk=reader.pk)
    now, kind = clock.now(), ContentType.objects.get_for_model(Person)
    recent = ModelLogEntry.objects.filter(action=READ, user=reader, content_type=kind, timestamp__gt=now - ONCE_IN)
    noted = set(recent.filter(object_id__in=map(str, read)).values_list("object_id", flat=True))
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            object_id=str(pk),
            label=str(person),
            action=READ,
            user=reader,
            timestamp=now,
            uuid=get_active_log_context().uuid,
            data={"where": where},
        )
        for pk, person in sorted(read.items())
        if str(pk) not in noted
    )


def note_export(*, reader: Person, where: str) -> None:
    """Note that the reader takes away a table that names people: one entry for all of them, in the reader's history."""
    log(instance=reader, action=EXPORTED, user=reader, data={"where": where})


class NotesReading:
    """Mixin of a list in the admin that shows personal data: notes whose, page by page."""

    place = ""

    def person_of(self, row: Any) -> Person:
        """Return of whom a row tells."""
        person: Person = row
        return person

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        paginator, page, rows, has_others = super().paginate_queryset(queryset, page_size)  # type: ignore[misc]
        page.object_list = rows = list(rows)
        reader: Person = self.request.user  # type: ignore[attr-defined]
        note_reading(reader=reader, people=[self.person_of(row) for row in rows], where=self.place)
        return paginator, page, rows, has_others
