import pytest
from django.core import mail
from django.core.management import call_command

from crowd.people.models import Person
from tests.factories import accounts, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client):
    client.force_login(people.person(is_superuser=True))
    return client


def test_accounts_are_listed_and_found_by_name_or_email(admin_client):
    people.person(email="anna@example.org", display_name="Анна Петрова")
    people.person(email="boris@example.org", display_name="Борис")

    by_name = admin_client.get("/admin/users/?q=Петрова").content.decode()
    by_email = admin_client.get("/admin/users/?q=boris@").content.decode()

    assert ("anna@example.org" in by_name, "boris@example.org" in by_name) == (True, False)
    assert ("anna@example.org" in by_email, "boris@example.org" in by_email) == (False, True)


def test_an_account_is_made_without_username_and_first_name(admin_client):
    page = admin_client.get("/admin/users/new/")
    response = admin_client.post("/admin/users/new/", {"email": "New@Example.org", "display_name": "Новый эксперт"})

    person = Person.objects.get(email="new@example.org")
    html = page.content.decode()
    assert page.status_code == 200
    assert "first_name" not in html
    assert "username" not in html
    assert response.status_code == 302
    assert (person.display_name, person.verification, person.is_superuser) == ("Новый эксперт", "none", False)
    assert not person.has_usable_password()


def test_a_new_administrator_signs_in_by_a_forgotten_password(admin_client, client):
    admin_client.post("/admin/users/new/", {"email": "new@example.org", "display_name": "Новый", "is_superuser": "on"})
    client.logout()

    client.post("/accounts/password/reset/", {"email": "new@example.org"})

    assert Person.objects.get(email="new@example.org").is_superuser
    assert [(m.to, m.subject) for m in mail.outbox] == [(["new@example.org"], "Новый пароль")]


def test_an_email_is_taken_whatever_its_case(admin_client):
    people.person(email="anna@example.org")

    response = admin_client.post("/admin/users/new/", {"email": "ANNA@example.org", "display_name": "Анна"})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["email"]


def test_an_account_is_edited_but_for_email_and_password(admin_client):
    person = people.person(email="anna@example.org", standing="newcomer")
    password = person.password
    form = {"display_name": "Анна", "standing": "trusted", "is_active": "on", "email": "other@example.org"}

    page = admin_client.get(f"/admin/users/edit/{person.pk}/")
    response = admin_client.post(
        f"/admin/users/edit/{person.pk}/", form | {"password1": "новый пароль 77", "password2": "новый пароль 77"}
    )

    person.refresh_from_db()
    assert page.status_code == 200
    assert response.status_code == 302
    assert (person.display_name, person.standing, person.email) == ("Анна", "trusted", "anna@example.org")
    assert person.password == password


def test_the_own_settings_ask_for_one_name(admin_client):
    page = admin_client.get("/admin/account/")

    html = page.content.decode()
    assert page.status_code == 200
    assert "display_name" in html
    assert "first_name" not in html
    assert 'type="password"' not in html


def test_createsuperuser_needs_email_and_name_only(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", accounts.PASSWORD)

    call_command(
        "createsuperuser", interactive=False, email="root@example.org", display_name="Администратор", verbosity=0
    )

    person = Person.objects.get(email="root@example.org")
    assert (person.is_superuser, person.check_password(accounts.PASSWORD)) == (True, True)
