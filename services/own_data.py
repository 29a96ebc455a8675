"""What this floor keeps of a person: ratings with their history; and how `/me/` shows them."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.personal_data import Record, register
from services.models import Rating, RatingChange
from services.queries import ratings_of

SHOWN_AT_ME = 20


def ratings(person: Person) -> Iterator[Record]:
    rows = Rating.objects.filter(person=person).select_related("service", "municipality").prefetch_related("changes")
    for rating in rows.order_by("pk"):
        yield {
            "service": rating.service.name,
            "score": rating.score,
            "note": rating.note,
            "municipality": str(rating.municipality) if rating.municipality else None,
            "given_at": rating.given_at,
            "changed_at": rating.changed_at,
            "history": [
                {"score": change.score, "note": change.note, "at": change.at} for change in rating.changes.all()
            ],
        }


@transaction.atomic
def forget(person: Person) -> None:
    """Take the person and the person's words out; scores without a name stay, or published figures would change."""
    RatingChange.objects.filter(rating__person=person).update(note="")
    Rating.objects.filter(person=person).update(person=None, note="")


def register_own_data() -> None:
    register(Rating, export=ratings, erase=forget)
    me_sections.register(
        MeSection(
            name="ratings",
            title=_("Ваши оценки сервисов"),
            template="services/my_ratings.html",
            rows=lambda person: list(ratings_of(person)[:SHOWN_AT_ME]),
            empty=_("Вы пока не оценивали сервисы."),
            order=40,
        )
    )
