"""Every page of the account, seen in Russian, in the site's frame, in no cache."""

import re

import pytest

from tests.factories import accounts

pytestmark = pytest.mark.django_db

OPEN = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/nonsense/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-nonsense/",
    "/accounts/password/reset/key/done/",
    "/consent/",
)
OWN = (
    "/me/",
    "/me/edit/",
    "/me/consent/",
    "/accounts/logout/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
)
WITH_FACTOR = ("/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/")

ENGLISH = re.compile(r">[^<]*\b(?:password|email|account|sign|confirm|code|submit)\b[^<]*<", re.IGNORECASE)


def check(response):
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main")]
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert len(re.findall("<h1", html)) == 1
    assert ENGLISH.findall(main) == []
    assert "style=" not in main
    # Scripts are files, never words of the page: the policy of the site refuses others.
    assert re.sub(r'<script type="module" src="/static/js/\w+\.js"></script>', "", main).count("<script") == 0


@pytest.mark.parametrize("path", OPEN)
def test_a_page_for_everybody(client, path):
    accounts.consent_text()

    check(client.get(path))


@pytest.mark.parametrize("path", OWN)
def test_a_page_for_oneself(client, path):
    accounts.consent_text()
    client.force_login(accounts.account(display_name="Анна", email="a@b.ru"))

    check(client.get(path))


@pytest.mark.parametrize("path", WITH_FACTOR)
def test_a_page_of_the_second_factor(client, path):
    person = accounts.account(display_name="Анна", email="a@b.ru")
    accounts.second_factor(person)
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": accounts.PASSWORD})

    check(client.get(path))


def test_the_page_that_turns_the_second_factor_on(client):
    person = accounts.account(display_name="Анна", email="a@b.ru")
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": accounts.PASSWORD})

    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search("<code>([A-Z2-7]+)</code>", page.content.decode())[1]
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    done = client.post("/accounts/2fa/totp/activate/", {"code": accounts.code(secret)})
    codes = client.get(done["Location"])

    check(page)
    check(wrong)
    check(codes)
    assert len(re.findall("<code>", codes.content.decode())) == 10
    assert accounts.has_second_factor(person)


@pytest.mark.parametrize("path", ["/me/", "/me/edit/", "/me/consent/"])
def test_own_pages_ask_to_sign_in(client, path):
    response = client.get(path)

    assert response.status_code == 303
    assert response["Location"] == f"/accounts/login/?next={path.replace('/', '%2F')}"
    assert "no-store" in response["Cache-Control"]


def test_a_machine_is_told_by_status(client):
    response = client.get("/me/", headers={"Accept": "application/json"})

    assert response.status_code == 401
    assert response.json()["error"] == "not_signed_in"
