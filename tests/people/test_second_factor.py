import threading

import pytest
from django.db import connection
from django.test import Client

from crowd.people.models import CampaignRole
from tests.factories import accounts, pages, people

pytestmark = pytest.mark.django_db

ASKED = "/accounts/2fa/reauthenticate/"


@pytest.fixture
def production(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True


def staff(role="moderator", **fields):
    person = accounts.account(**fields)
    CampaignRole.objects.create(person=person, role=role)
    return person


def with_factor(client, person):
    """Sign in with both factors."""
    secret = accounts.second_factor(person)
    accounts.sign_in(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": accounts.code(secret)})
    return secret


PATHS = (
    "/admin/",
    "/admin/pages/",
    "/admin/moderation/",
    "/admin/residents/",
    "/admin/users/",
    "/admin/account/",
    "/admin/api/main/pages/",
    "/admin/choose-page/",
    "/admin/jsi18n/",
    "/admin/unknown/",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_second_factor_it_must_be_set_up(production, client, path, method):
    client.force_login(staff(is_superuser=True))

    response = getattr(client, method)(path)

    assert response.status_code == 303
    assert response["Location"].startswith("/accounts/2fa/totp/activate/?next=")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_session_without_the_second_factor_is_asked_for_it(production, client, path, method):
    person = staff(is_superuser=True)
    accounts.second_factor(person)
    client.force_login(person)

    response = getattr(client, method)(path)

    back = path if method == "get" else "/admin/"
    assert response.status_code == 303
    assert response["Location"] == f"{ASKED}?next={back.replace('/', '%2F')}"


@pytest.mark.django_db(transaction=True)
def test_who_has_just_turned_it_on_has_given_it(production, client):
    person = staff(is_superuser=True)
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": accounts.PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret

    client.post("/accounts/2fa/totp/activate/", {"code": accounts.code(secret)})

    assert client.get("/admin/").status_code == 200


def test_a_preview_of_a_page_is_asked_for_it_too(production, client):
    client.force_login(staff(is_superuser=True))

    response = client.get(f"/admin/pages/{pages.campaign().pk}/edit/preview/")

    assert response.status_code == 303


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_led_to_signing_in(production, client, path):
    response = client.get(path)

    assert response.status_code == 303
    assert response["Location"] == f"/accounts/login/?next={path.replace('/', '%2F')}"


@pytest.mark.parametrize("headers", [{"X-Requested-With": "XMLHttpRequest"}, {"Accept": "application/json"}])
def test_a_script_is_told_by_status(production, client, headers):
    anonymous = client.get("/admin/", headers=headers)
    client.force_login(staff())
    signed_in = client.get("/admin/", headers=headers)

    assert (anonymous.status_code, anonymous.json()["error"]) == (401, "not_signed_in")
    assert (signed_in.status_code, signed_in.json()["error"]) == (403, "second_factor_missing")


def test_signing_in_with_both_factors_opens_the_admin(production, client):
    with_factor(client, staff())

    assert client.get("/admin/").status_code == 200


def test_giving_the_code_opens_the_admin_and_leads_back(production, client):
    person = staff()
    secret = accounts.second_factor(person)
    client.force_login(person)

    given = client.post(f"{ASKED}?next=/admin/account/", {"code": accounts.code(secret), "next": "/admin/account/"})

    assert given["Location"] == "/admin/account/"
    assert client.get("/admin/account/").status_code == 200


def test_a_password_given_again_is_no_second_factor(production, client):
    person = staff()
    accounts.second_factor(person)
    client.force_login(person)

    client.post("/accounts/reauthenticate/", {"password": accounts.PASSWORD})

    assert client.get("/admin/").status_code == 303


def test_a_factor_turned_off_closes_the_admin_in_the_same_session(production, client):
    person = staff()
    with_factor(client, person)
    client.post("/accounts/reauthenticate/", {"password": accounts.PASSWORD})

    client.post("/accounts/2fa/totp/deactivate/")

    assert not accounts.has_second_factor(person)
    assert client.get("/admin/")["Location"].startswith("/accounts/2fa/totp/activate/")


def test_what_somebody_else_gave_in_this_session_counts_for_nobody(production, client):
    with_factor(client, staff())
    records = {key: value for key, value in client.session.items() if key.startswith("account_authentication")}
    other = staff()
    accounts.second_factor(other)
    client.force_login(other)
    session = client.session
    session.update(records)
    session.save()

    assert client.get("/admin/").status_code == 303


def test_a_recovery_code_opens_the_admin_once(production, client):
    person = staff()
    accounts.second_factor(person)
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    [spare, *_rest] = RecoveryCodes.activate(person).get_unused_codes()
    accounts.sign_in(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": spare})
    elsewhere = Client()
    accounts.sign_in(elsewhere, person)

    again = elsewhere.post("/accounts/2fa/authenticate/", {"code": spare})

    assert client.get("/admin/").status_code == 200
    assert again.status_code == 200
    assert "_auth_user_id" not in elsewhere.session


def test_a_code_works_once(client):
    person = accounts.account()
    secret = accounts.second_factor(person)
    code = accounts.code(secret)
    accounts.sign_in(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    elsewhere = Client()
    accounts.sign_in(elsewhere, person)

    again = elsewhere.post("/accounts/2fa/authenticate/", {"code": f"{code[:3]} {code[3:]}"})

    assert "_auth_user_id" in client.session
    assert again.context["form"].errors == {"code": ["Код не подошёл. Возьмите из приложения новый и введите ещё раз."]}
    assert "_auth_user_id" not in elsewhere.session


def test_guessing_codes_ends_at_the_limit(client):
    person = accounts.account()
    secret = accounts.second_factor(person)
    accounts.sign_in(client, person)
    for _ in range(10):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    refused = client.post("/accounts/2fa/authenticate/", {"code": accounts.code(secret)})

    assert refused.status_code == 429
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("required", [True, False])
def test_who_has_no_role_gets_no_loop_but_a_refusal(client, settings, required):
    settings.STAFF_SECOND_FACTOR_REQUIRED = required
    client.force_login(accounts.account())

    response = client.get("/admin/")

    assert response.status_code == 403
    assert "У вас нет права на это действие." in response.content.decode()


def test_embedded_the_second_factor_is_not_asked(client):
    client.force_login(staff())

    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/documents/1/x.pdf", "/me/"])
def test_other_pages_ask_for_no_second_factor(production, client, path):
    client.force_login(staff())

    assert client.get(path).status_code in {200, 404}


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/admin/login/?next=/admin/account/", "/accounts/login/?next=/admin/account/"),
        ("/admin/password_reset/", "/accounts/password/reset/"),
        ("/admin/password_reset/confirm/MQ/abc-def/", "/accounts/password/reset/"),
    ],
)
def test_the_admins_own_entrances_lead_to_the_sites(production, client, path, to):
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, to)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_code_used_by_many_at_once_lets_one_in():
    person = people.person()
    accounts.EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    code = accounts.code(accounts.second_factor(person))
    clients = [Client() for _ in range(8)]
    for client in clients:
        accounts.sign_in(client, person)
    barrier = threading.Barrier(8)

    def enter(client):
        barrier.wait()
        client.post("/accounts/2fa/authenticate/", {"code": code})
        connection.close()

    threads = [threading.Thread(target=enter, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum("_auth_user_id" in client.session for client in clients) == 1
