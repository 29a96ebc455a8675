import pytest

from crowd.people.personal_data import export_of, registry
from services.actions import rate_service
from services.models import Rating, RatingChange
from services.queries import figures_of
from tests.factories import people
from tests.factories.services import ratings, service

pytestmark = pytest.mark.django_db


def test_export_holds_ratings_with_their_history():
    person = people.person(municipality=people.municipality())
    rated = service("Вика", rated_always=True)
    rate_service(person=person, service=rated, score=2, note="Не слышит")
    rate_service(person=person, service=rated, score=5)
    ratings(rated, 1)

    [exported] = export_of(person)["services.Rating"]

    assert (exported["service"], exported["score"], exported["note"]) == ("Вика", 5, "")
    assert exported["municipality"] == "Сургут"
    assert [(row["score"], row["note"]) for row in exported["history"]] == [(2, "Не слышит"), (5, "")]


def test_erasing_takes_the_name_and_the_words_and_leaves_the_score():
    person, other = people.person(), people.person()
    rated = service(rated_always=True)
    for one in (person, other):
        rate_service(person=one, service=rated, score=2, note="Не слышит")
    before = figures_of([rated.pk])

    registry.kinds["services.Rating"].erase(person)

    assert list(Rating.objects.order_by("pk").values_list("person", "note")) == [(None, ""), (other.pk, "Не слышит")]
    assert list(RatingChange.objects.order_by("pk").values_list("note", flat=True)) == ["", "Не слышит"]
    assert figures_of([rated.pk]) == before
    assert export_of(person)["services.Rating"] == []
