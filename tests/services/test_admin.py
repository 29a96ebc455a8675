"""What editors do with services, and who reads residents' notes."""

import pytest

from crowd.events.models import Event
from crowd.events.worker import Worker
from crowd.people.actions import grant_role
from search.queries import search
from services.actions import rate_service
from services.models import Rating, Service
from tests.factories import accounts, pages, people
from tests.factories.services import asking, service

pytestmark = pytest.mark.django_db

LIST = "/admin/snippets/services/service/"
NOTES = "/admin/service-ratings/"


def fields(**other):
    from crowd.campaigns.models import Sector

    said = {
        "name": "Вика",
        "name_en": "",
        "slug": "vika",
        "sector": Sector.objects.get(slug="government").pk,
        "body": "Депинформтехнологий Югры",
        "description": "Отвечает на вопросы.",
        "link": "https://www.gosuslugi.ru/",
        "state": "active",
        "sort_order": 10,
    }
    return said | other


@pytest.fixture
def here():
    return pages.campaign("Здесь")


@pytest.fixture
def editor(client, here):
    someone = people.with_role("editor", here)
    client.force_login(someone)
    return someone


def test_editor_adds_a_service_and_it_is_found(client, editor):
    answer = client.post(f"{LIST}add/", fields())

    made = Service.objects.get()
    assert answer.status_code == 302
    assert (made.name, made.version) == ("Вика", 2)
    assert Event.objects.filter(kind="service.saved", subject_id=made.pk, actor_id=editor.pk).count() == 1
    Worker().drain()
    assert [hit.found.url for hit in search("вика", kinds=["service"], person=None).hits] == [
        f"/services/{made.pk}-vika/"
    ]


@pytest.mark.parametrize("link", ["http://example.org/", "javascript:alert(1)", "//example.org/", "/services/"])
def test_only_https_links_are_taken(client, editor, link):
    answer = client.post(f"{LIST}add/", fields(link=link))

    assert answer.status_code == 200
    assert not Service.objects.exists()


def test_hidden_service_is_found_no_more(client, editor):
    client.post(f"{LIST}add/", fields())
    Worker().drain()
    made = Service.objects.get()

    client.post(f"{LIST}edit/{made.pk}/", fields(state="hidden"))

    Worker().drain()
    assert search("вика", kinds=["service"], person=None).hits == []


def test_rated_service_cannot_be_deleted_and_another_can(client, editor, wagtail_tasks):
    rated, spare = service(rated_always=True), service()
    rate_service(person=people.person(), service=rated, score=3)

    client.post(f"{LIST}delete/{rated.pk}/")
    client.post(f"{LIST}delete/{spare.pk}/")

    assert list(Service.objects.all()) == [rated]
    assert Event.objects.filter(kind="service.deleted", subject_id=spare.pk).exists()


def test_editor_leaves_alone_what_another_campaign_asks_about(client, here, editor):
    own, free, others, shared = (service(name) for name in ("Свой", "Ничей", "Чужой", "Общий"))
    elsewhere = pages.campaign("Там")
    asking(own, shared, parent=here)
    asking(others, shared, parent=elsewhere, slug="drugoe")

    listed = client.get(LIST).content.decode()

    assert [one.name in listed for one in (own, free, others, shared)] == [True, True, False, False]
    assert client.get(f"{LIST}edit/{own.pk}/").status_code == 200
    for kept in (others, shared):
        assert client.get(f"{LIST}edit/{kept.pk}/").status_code in {302, 404}
        assert client.post(f"{LIST}edit/{kept.pk}/", fields(name="Захват")).status_code in {302, 404}
        assert client.post(f"{LIST}delete/{kept.pk}/").status_code in {302, 404}
        kept.refresh_from_db()
        assert kept.name != "Захват"


@pytest.mark.parametrize("role", ["moderator", "expert", "operator"])
def test_other_roles_neither_edit_services_nor_read_notes(client, here, role):
    client.force_login(people.with_role(role, here))

    assert client.get(LIST)["Location"] == "/admin/"
    assert client.get(NOTES)["Location"] == "/admin/"


def test_editor_reads_the_notes_of_the_own_campaign_without_names(client, here, editor):
    own, others = service(rated_always=True), service(rated_always=True)
    asking(own, parent=here)
    asking(others, parent=pages.campaign("Там"), slug="drugoe")
    writer = people.person(display_name="Анна Тайная", municipality=people.municipality())
    rate_service(person=writer, service=own, score=2, note="Долго ждать")
    rate_service(person=writer, service=others, score=2, note="Не для этих глаз")
    rate_service(person=people.person(), service=own, score=5)

    page = client.get(NOTES).content.decode()

    assert "Долго ждать" in page
    assert "Сургут" in page
    assert "Не для этих глаз" not in page
    assert "Анна Тайная" not in page


def test_nobody_changes_what_residents_gave(client):
    client.force_login(people.person(is_superuser=True))
    given = rate_service(person=people.person(), service=service(rated_always=True), score=2, note="Слово")

    for path in ("new/", f"edit/{given.pk}/", f"delete/{given.pk}/"):
        client.post(f"{NOTES}{path}", {"note": "Другое"})

    assert list(Rating.objects.values_list("note", flat=True)) == ["Слово"]


def test_notes_cost_the_same_for_one_and_for_thirty(client, here, editor, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(NOTES)
        return len(queries)

    def note():
        rated = service(rated_always=True)
        asking(rated, parent=here, slug=f"o-{rated.pk}")
        rate_service(person=people.person(), service=rated, score=3, note="Слово")

    note()
    cost()
    before = cost()
    for _ in range(29):
        note()

    assert cost() == before


def test_editor_chooses_services_on_the_discussion(client, here):
    asked, editor = service("Запись к врачу"), accounts.account()
    grant_role(person=editor, role="editor", campaign=here, granted_by=people.person(is_superuser=True))
    client.force_login(editor)
    block = asking(asked, parent=here)

    page = client.get(f"/admin/pages/{block.pk}/edit/").content.decode()

    assert "Какие сервисы оценить" in page
    assert "rated_services-0-service" in page
