import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crowd.events.models import Delivery, Event, WorkerBeat
from crowd.people.models import CampaignRole
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def administrator(client):
    client.force_login(person(is_superuser=True), backend=BACKEND)
    return client


def delivery(consumer="search.database", status=Delivery.Status.SET_ASIDE, error="ValueError: яд"):
    event = Event.objects.create(kind="idea.published", subject_kind="idea", subject_id=1)
    return Delivery.objects.create(event=event, consumer=consumer, key="idea:1", status=status, attempts=8, error=error)


def statuses():
    return list(Delivery.objects.order_by("pk").values_list("status", "attempts", "error"))


def test_list_shows_what_was_set_aside_with_its_error(administrator):
    delivery()
    delivery(consumer="notices", status=Delivery.Status.PENDING, error="ещё пробуем")

    text = administrator.get(reverse("deliveries:index")).content.decode()

    assert "ValueError: яд" in text
    assert "ещё пробуем" not in text


def test_list_is_filtered_by_status_and_consumer(administrator):
    delivery(error="одно")
    delivery(consumer="notices", status=Delivery.Status.PENDING, error="другое")

    text = administrator.get(reverse("deliveries:index"), {"status": "pending", "consumer": "notices"}).content.decode()

    assert "другое" in text
    assert "одно" not in text


def test_list_says_when_no_worker_lives(administrator):
    silent = administrator.get(reverse("deliveries:index")).content.decode()
    from crowd import clock

    WorkerBeat.objects.create(name="host:1", seen_at=clock.now())
    alive = administrator.get(reverse("deliveries:index")).content.decode()

    assert "Ни один обработчик не отзывался" in silent
    assert "Ни один обработчик не отзывался" not in alive


def test_one_delivery_is_repeated(administrator):
    first, _second = delivery(), delivery()

    response = administrator.post(reverse("deliveries:repeat"), {"delivery": first.pk})

    assert response.status_code == 302
    assert statuses() == [("pending", 0, ""), ("set_aside", 8, "ValueError: яд")]


def test_all_of_a_consumer_are_repeated_and_no_other(administrator):
    delivery()
    delivery()
    delivery(consumer="notices")
    delivery(status=Delivery.Status.DONE, error="")

    administrator.post(reverse("deliveries:repeat"), {"consumer": "search.database"})

    assert statuses() == [
        ("pending", 0, ""),
        ("pending", 0, ""),
        ("set_aside", 8, "ValueError: яд"),
        ("done", 8, ""),
    ]


@pytest.mark.parametrize("given", ["", "x", "999999999"])
def test_repeating_what_does_not_exist_is_not_found(administrator, given):
    response = administrator.post(reverse("deliveries:repeat"), {"delivery": given})

    assert response.status_code == 404


def test_list_asks_the_same_number_of_queries(administrator, django_assert_num_queries):
    delivery()
    administrator.get(reverse("deliveries:index"))
    with CaptureQueriesContext(connection) as first:
        administrator.get(reverse("deliveries:index"))
    for _number in range(29):
        delivery()

    with django_assert_num_queries(len(first.captured_queries)):
        administrator.get(reverse("deliveries:index"))


@pytest.mark.parametrize("role", CampaignRole.Role.values)
def test_nobody_but_administrators_sees_or_repeats(client, role):
    made = delivery()
    client.force_login(with_role(role), backend=BACKEND)

    listed = client.get(reverse("deliveries:index"))
    repeated = client.post(reverse("deliveries:repeat"), {"delivery": made.pk})

    assert (listed.status_code, repeated.status_code) == (302, 302)
    assert statuses() == [("set_aside", 8, "ValueError: яд")]


def test_strangers_are_sent_to_sign_in(client):
    response = client.get(reverse("deliveries:index"))

    assert response.url == "/accounts/login/?next=%2Fadmin%2Fdeliveries%2F"
