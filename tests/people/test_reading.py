"""What staff read of people's e-mail and records is noted in Wagtail's log: once an hour, with who, about whom and where."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from crowd.people.reading import READ, note_reading
from ideas.models import OperatorEntry
from tests.factories import ideas, pages, people
from tests.search.conftest import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    person = people.person(is_superuser=True)
    client.force_login(person)
    return person


def noted():
    """Who read about whom, and where."""
    entries = ModelLogEntry.objects.filter(action=READ).order_by("pk")
    return [(entry.user_id, int(entry.object_id), entry.data["where"]) for entry in entries]


def test_list_and_page_of_accounts(client, admin):
    first, second = people.person(), people.person()

    client.get(reverse("wagtailusers_users:index"))
    listed = noted()
    client.get(reverse("wagtailusers_users:edit", args=[first.pk]))

    # What was read in the list is not noted again at the page.
    assert listed == noted() == [(admin.pk, first.pk, "accounts"), (admin.pk, second.pk, "accounts")]


def test_page_of_an_account(client, admin):
    person = people.person()
    address = reverse("wagtailusers_users:edit", args=[person.pk])

    shown, refused = client.get(address), client.post(address, {"display_name": ""})

    assert person.email in shown.content.decode()
    assert refused.status_code == 200
    assert noted() == [(admin.pk, person.pk, "account")]


def test_own_account_is_nobodys_business(client, admin):
    client.get(reverse("wagtailusers_users:edit", args=[admin.pk]))

    assert noted() == []


def test_list_of_roles(client, admin):
    holder = people.with_role("expert")
    people.person()

    page = client.get("/admin/roles/").content.decode()

    assert holder.email in page
    assert noted() == [(admin.pk, holder.pk, "roles")]


def test_whom_an_operator_looks_for(client):
    operator, person = people.with_role("operator"), people.person()
    client.force_login(operator)

    client.get("/admin/residents/")
    client.post("/admin/residents/", {"email": "nobody@example.org"})
    nobody = noted()
    page = client.post("/admin/residents/", {"email": person.email}).content.decode()

    assert nobody == []
    assert person.email in page
    assert noted() == [(operator.pk, person.pk, "residents")]


def test_list_of_what_operators_entered_tells_of_ideas_only(client, admin):
    operator, proposed, voted = people.with_role("operator"), people.person(), people.person()
    for kind, person in (("idea", proposed), ("vote", voted)):
        OperatorEntry.objects.create(kind=kind, operator=operator, person=person, idea=ideas.idea(), consent="бланк")

    page = client.get("/admin/operator-entries/").content.decode()

    assert (proposed.display_name in page, voted.display_name in page) == (True, False)
    assert noted() == [(admin.pk, proposed.pk, "entries")]


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/ideas/",
        "/admin/comments/",
        "/admin/moderation/",
        "/admin/sanctions/",
        "/admin/moderation/idea/{pk}/",
        "/admin/reports/site-history/",
    ],
)
def test_pages_that_show_names_alone_note_nothing(client, admin, address):
    post = ideas.idea(pages.cycle())

    assert client.get(address.format(pk=post.pk)).status_code == 200
    assert noted() == []


@pytest.mark.parametrize("table", ["csv", "xlsx"])
def test_table_of_ideas_that_is_taken_away(client, table):
    campaign = pages.campaign()
    made, editor = ideas.idea(pages.cycle(campaign)), people.with_role("editor", campaign)
    client.force_login(editor)

    answer = client.get(f"/admin/ideas/?export={table}")

    assert answer.status_code == 200
    assert table != "csv" or made.author.display_name in b"".join(answer.streaming_content).decode()
    [entry] = ModelLogEntry.objects.all()
    assert (entry.action, entry.user_id, entry.object_id) == ("people.exported", editor.pk, str(editor.pk))
    assert entry.message == "Выгрузил(а) таблицу с именами: идеи"


def test_whoever_may_not_read_is_not_noted(client):
    person = people.person()
    client.force_login(people.with_role("moderator"))

    client.get(reverse("wagtailusers_users:edit", args=[person.pk]))
    client.get("/admin/roles/")

    assert noted() == []


def test_once_an_hour_for_each_reader_and_person():
    one, another, person, somebody = (people.person() for _ in range(4))

    def read(reader, *read_of, minutes_later=0):
        ModelLogEntry.objects.update(timestamp=F("timestamp") - timedelta(minutes=minutes_later))
        note_reading(reader=reader, people=[*read_of, reader], where="account")

    read(one, person)
    read(one, person, somebody, minutes_later=59)
    read(another, person)
    read(one, person, somebody, minutes_later=2)

    assert noted() == [
        (one.pk, person.pk, "account"),
        (one.pk, somebody.pk, "account"),
        (another.pk, person.pk, "account"),
        (one.pk, person.pk, "account"),
    ]


@pytest.mark.parametrize(
    ("where", "message"),
    [("account", "учётная запись"), ("entries", "записи операторов"), ("nowhere", "nowhere")],
)
def test_entry_says_in_words_where(where, message):
    reader, person = people.person(), people.person()

    note_reading(reader=reader, people=[person], where=where)

    [entry] = ModelLogEntry.objects.all()
    assert entry.message == f"Прочитал(а) личные данные: {message}"
    # The e-mail, which is what was read, does not stand in the log.
    assert (entry.label, person.email in str(entry.data)) == (person.display_name, False)


def test_list_asks_as_much_for_one_account_as_for_thirty(client, admin):
    address = reverse("wagtailusers_users:index")

    def asked():
        ModelLogEntry.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    people.person()
    client.get(address)
    of_one = asked()
    for _ in range(15):
        people.person()

    assert asked() == of_one
    assert len(noted()) == 16


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_pages_opened_at_once_note_it_once():
    reader, person = people.person(), people.person()

    def read():
        note_reading(reader=reader, people=[person], where="account")

    assert at_once(read, read, read) == []
    assert noted() == [(reader.pk, person.pk, "account")]
