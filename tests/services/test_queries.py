"""What pages show of ratings, and what it costs."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crowd.events.models import Event
from crowd.events.worker import Worker
from crowd.people.models import Municipality
from services.actions import fold_counts, rate_service, reconcile_counts
from services.models import Rating, RatingCount, RatingDelta
from services.queries import breakdown, by_sector, figures_of
from tests.factories import people
from tests.factories.services import asking, ratings, service

pytestmark = pytest.mark.django_db


def rows(of):
    return [(row.label, row.value, row.figures.count) for row in of]


def fold(of):
    fold_counts(service_id=of.pk, most=1000)


def test_figures_are_the_same_before_and_after_folding():
    rated = service()
    ratings(rated, 1, 2, 5, 5, 4)
    before = figures_of([rated.pk])[rated.pk]

    fold(rated)

    assert before.scores == (1, 1, 0, 1, 2)
    assert figures_of([rated.pk])[rated.pk] == before
    assert not RatingDelta.objects.exists()
    assert RatingCount.objects.count() == 4


def test_worker_folds():
    rated = service()
    ratings(rated, 3, 3)

    Worker().drain()

    assert list(RatingCount.objects.values_list("score", "count")) == [(3, 2)]
    assert Event.objects.filter(kind="rating.given").count() == 2


def test_changed_rating_counts_once():
    rated, person = service(rated_always=True), people.person()
    rate_service(person=person, service=rated, score=1)
    fold(rated)

    rate_service(person=person, service=rated, score=5)

    assert figures_of([rated.pk])[rated.pk].scores == (0, 0, 0, 0, 1)
    fold(rated)
    assert figures_of([rated.pk])[rated.pk].scores == (0, 0, 0, 0, 1)


def test_folding_in_parts_and_twice_does_no_harm():
    rated, person = service(rated_always=True), people.person()
    for score in (1, 2, 3):
        rate_service(person=person, service=rated, score=score)

    for _ in range(7):
        fold_counts(service_id=rated.pk, most=1)

    assert figures_of([rated.pk])[rated.pk].scores == (0, 0, 1, 0, 0)


def test_reconcile_mends_counts_and_leaves_what_is_not_folded():
    rated = service()
    ratings(rated, 4, 4, place="surgut")
    fold(rated)
    ratings(rated, 5)
    RatingCount.objects.update(count=7)

    differences = reconcile_counts()

    assert differences == [f"Service {rated.pk}: 7 ratings were counted, 2 are right."]
    assert figures_of([rated.pk])[rated.pk].scores == (0, 0, 0, 2, 1)
    assert reconcile_counts() == []


def test_breakdown_by_place_hides_small_groups():
    rated = service()
    ratings(rated, 5, 5, 5, 5, 5, 5, place="surgut")
    ratings(rated, 1, 1, 1, 1, 1, place="uray")
    ratings(rated, 2, 2, place="megion")

    places = breakdown(rated).places

    assert rows(places) == [("Сургут", 5.0, 6), ("Остальные вместе", 1.3, 7)]


def test_breakdown_by_month_joins_small_ones():
    rated = service()
    for month, scores in ((7, (1, 1, 1, 1, 1)), (8, (2, 2)), (9, (3, 3, 3))):
        for given in ratings(rated, *scores):
            Rating.objects.filter(pk=given.pk).update(changed_at=datetime(2026, month, 15, tzinfo=UTC))
    RatingDelta.objects.all().delete()
    reconcile_counts()

    assert rows(breakdown(rated).months) == [("Июль 2026", 1.0, 5), ("Август — сентябрь 2026", 2.6, 5)]


def test_month_is_the_one_of_the_sites_clock():
    rated = service()
    [given, *_others] = ratings(rated, 4, 4, 4, 4, 4)
    # Two hours before midnight in London it is the first of October in Yugra.
    Rating.objects.update(changed_at=datetime(2026, 9, 30, 22, tzinfo=UTC))
    RatingDelta.objects.all().delete()

    reconcile_counts()

    assert [count.month.isoformat() for count in RatingCount.objects.all()] == ["2026-10-01"]
    assert given.changed_at.tzinfo is not None


def test_sector_is_the_sum_of_what_is_shown():
    known, unknown, other = service(), service(), service(sector="education")
    ratings(known, 4, 4, 4, 4, 4)
    ratings(unknown, 1, 1, 1, 1)
    ratings(other, 2, 2, 2, 2, 5)
    services = [known, unknown, other]

    found = by_sector(services, figures_of([one.pk for one in services]))

    assert [(sector.slug, sums.mean, sums.count) for sector, sums in found] == [
        ("health", 4.0, 5),
        ("education", 2.6, 5),
    ]


def test_places_in_english():
    rated = service()
    ratings(rated, 5, 5, 5, 5, 5, place="surgut")

    with translation.override("en"):
        places = breakdown(rated).places

    assert [row.label for row in places] == [Municipality.objects.get(slug="surgut").name_en]


def cost(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("signed_in", [True, False])
def test_discussion_costs_the_same_for_one_service_and_for_thirty(client, signed_in, settings):
    settings.PAGES_CACHE_SECONDS = 0
    one, thirty = asking(service()), asking(*(service() for _ in range(30)))
    for page in (one, thirty):
        for row in page.rated_services.all():
            ratings(row.service, 3)
    if signed_in:
        client.force_login(people.person())

    assert cost(client, one.url) == cost(client, thirty.url)


@pytest.mark.parametrize("signed_in", [True, False])
def test_list_costs_the_same_for_one_service_and_for_thirty(client, signed_in, settings):
    settings.PAGES_CACHE_SECONDS = 0
    if signed_in:
        client.force_login(people.person())
    ratings(service(), 3)
    before = cost(client, "/services/")
    for _ in range(29):
        ratings(service(), 3)

    assert cost(client, "/services/") == before


def test_counts_are_read_and_no_ratings(client, settings):
    settings.PAGES_CACHE_SECONDS = 0
    rated = service()
    ratings(rated, 5, 5, 5, 5, 5)
    with transaction.atomic():
        fold(rated)

    with CaptureQueriesContext(connection) as queries:
        client.get(rated.get_absolute_url())

    assert not [query["sql"] for query in queries if 'FROM "services_rating"' in query["sql"]]
