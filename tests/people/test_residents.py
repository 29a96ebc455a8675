import threading

import pytest
from django.db import connection
from wagtail.models import ModelLogEntry

from crowd.errors import AlreadyDecided, DomainError, Invalid, NotAllowed
from crowd.events.models import Event
from crowd.people.actions import confirm_resident
from crowd.people.documents import document_hash, normalized_number
from crowd.people.models import Person, ResidentConfirmation
from tests.factories import pages, people

pytestmark = pytest.mark.django_db

NUMBER = "67 04 123456"


def confirm(person, operator, number=NUMBER):
    return confirm_resident(person=person, document_number=number, operator=operator)


def test_an_operator_confirms_a_resident():
    person, operator = people.person(), people.with_role("operator")

    confirmation = confirm(person, operator)

    person.refresh_from_db()
    assert person.verification == "resident"
    assert (confirmation.person, confirmation.confirmed_by) == (person, operator)
    assert confirmation.document_hash == document_hash("6704123456")
    [event] = Event.objects.all()
    assert (event.kind, event.subject_kind, event.subject_id) == ("person.confirmed", "person", person.pk)
    assert (event.actor_id, event.payload) == (operator.pk, {})
    [entry] = ModelLogEntry.objects.filter(action="people.confirm")
    assert (entry.object_id, entry.user, entry.data) == (str(person.pk), operator, {})


@pytest.mark.parametrize(
    "typed", ["6704123456", "67-04 № 123456".replace("№", ""), " 67 04 123 456 ", "６７０４１２３４５６"]
)
def test_a_number_is_one_however_it_is_typed(typed):
    assert normalized_number(typed) == "6704123456"


def test_letters_that_look_alike_are_one():
    assert document_hash("II-АВ 123456") == document_hash("ii ab 123456")


def test_the_number_stands_nowhere(settings):
    person, operator = people.person(), people.with_role("operator")
    settings.DOCUMENT_HASH_KEY = "another key"
    other = document_hash(NUMBER)
    settings.DOCUMENT_HASH_KEY = "tests-only-document"

    confirmation = confirm(person, operator)

    assert len(confirmation.document_hash) == 64
    assert confirmation.document_hash != other


def test_a_document_confirms_one_account_only():
    operator, first, second = people.with_role("operator"), people.person(), people.person()
    confirm(first, operator)

    with pytest.raises(Invalid) as refused:
        confirm(second, operator, number="6704 123456")

    second.refresh_from_db()
    assert second.verification == "email"
    assert {name: [str(e) for e in errors] for name, errors in refused.value.fields.items()} == {
        "document_number": ["С этим документом уже подтверждена другая учётная запись."]
    }
    assert Event.objects.count() == 1


def test_a_person_is_confirmed_once():
    operator, person = people.with_role("operator"), people.person()
    confirm(person, operator)

    with pytest.raises(AlreadyDecided):
        confirm(person, operator, number="6704999999")


@pytest.mark.parametrize("number", ["", "12345", "№ — ·"])
def test_a_number_too_short_is_refused(number):
    with pytest.raises(Invalid):
        confirm(people.person(), people.with_role("operator"), number=number)


def test_who_has_not_confirmed_the_email_is_not_confirmed():
    with pytest.raises(Invalid):
        confirm(people.person(verification="none"), people.with_role("operator"))


@pytest.mark.parametrize("role", ["moderator", "editor", "expert", None])
def test_nobody_else_confirms(role):
    person = people.person()
    other = people.with_role(role) if role else people.person()

    with pytest.raises(NotAllowed):
        confirm(person, other)

    assert not ResidentConfirmation.objects.exists()


def test_an_operator_of_one_campaign_confirms_too_and_so_does_an_administrator():
    confirm(people.person(), people.with_role("operator", pages.campaign()), number="1111111111")
    confirm(people.person(), people.person(is_superuser=True), number="2222222222")

    assert ResidentConfirmation.objects.count() == 2


def test_an_operator_does_not_confirm_oneself():
    operator = people.with_role("operator")

    with pytest.raises(NotAllowed):
        confirm(operator, operator)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["document", "person"])
def test_parallel_confirmations_leave_one(same):
    operator = people.with_role("operator")
    residents = people.PersonFactory.create_batch(16)
    barrier = threading.Barrier(16)
    outcomes = []

    def work(n):
        person = residents[n] if same == "document" else Person.objects.get(pk=residents[0].pk)
        barrier.wait()
        try:
            confirm(person, operator, number=NUMBER if same == "document" else f"67041234{n:02}")
            outcomes.append("confirmed")
        except DomainError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    code = "invalid" if same == "document" else "already_decided"
    assert sorted(outcomes) == sorted([*[code] * 15, "confirmed"])
    assert ResidentConfirmation.objects.count() == 1
    assert Person.objects.filter(verification="resident").count() == 1


def test_the_page_finds_by_exact_email_and_confirms(client):
    person, operator = people.person(email="anna@example.org", display_name="Анна"), people.with_role("operator")
    client.force_login(operator)

    found = client.post("/admin/residents/", {"email": "Anna@Example.org"})
    done = client.post("/admin/residents/", {"email": "anna@example.org", "document_number": NUMBER})
    again = client.get(done["Location"])

    person.refresh_from_db()
    assert "Анна" in found.content.decode()
    assert NUMBER not in found.content.decode()
    assert done.status_code == 303
    assert "Подтверждено: Анна теперь подтверждённый житель." in again.content.decode()
    assert person.verification == "resident"


def test_the_page_says_what_is_wrong(client):
    first, operator = people.person(), people.with_role("operator")
    people.person(email="anna@example.org")
    confirm(first, operator)
    client.force_login(operator)

    unknown = client.post("/admin/residents/", {"email": "nobody@example.org"})
    part = client.post("/admin/residents/", {"email": "anna@example"})
    taken = client.post("/admin/residents/", {"email": "anna@example.org", "document_number": NUMBER})
    twice = client.post("/admin/residents/", {"email": first.email, "document_number": "6704999999"})

    assert (unknown.status_code, part.status_code, taken.status_code, twice.status_code) == (422, 422, 422, 409)
    assert "Учётной записи с такой почтой нет." in unknown.content.decode()
    assert "С этим документом уже подтверждена другая учётная запись." in taken.content.decode()
    assert "Этот человек уже подтверждённый житель." in twice.content.decode()


@pytest.mark.parametrize("role", ["moderator", "editor", "expert"])
def test_the_page_is_the_operators(client, role):
    person = people.person()
    client.force_login(people.with_role(role))

    page = client.get("/admin/residents/")
    home = client.get("/admin/")
    client.post("/admin/residents/", {"email": person.email, "document_number": NUMBER})

    person.refresh_from_db()
    assert page.status_code == 302
    assert "/admin/residents/" not in home.content.decode()
    assert person.verification == "email"
