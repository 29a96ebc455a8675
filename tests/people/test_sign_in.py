import re
import threading

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client

from crowd.limits.models import LimitSetting, Usage
from crowd.limits.rules import LIMITS, Limit
from crowd.people.kept import KEPT_KEY
from tests.factories import accounts

pytestmark = pytest.mark.django_db

WRONG = {"password": "wrong"}


def test_signing_in_leads_back_and_keeps_what_was_written(client):
    person = accounts.account()
    session = client.session
    session[KEPT_KEY] = {"path": "/ideas/new/", "data": "title=Лес"}
    session.save()
    before = client.session.session_key

    response = accounts.sign_in(client, person, next="/me/edit/?a=1")

    assert response["Location"] == "/me/edit/?a=1"
    assert client.session[KEPT_KEY]["data"] == "title=Лес"
    assert client.session.session_key != before


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(client, elsewhere):
    person = accounts.account()

    response = accounts.sign_in(client, person, next=elsewhere)

    assert response["Location"] == "/"


def test_the_form_of_who_is_not_signed_in_is_kept(client):
    response = client.post("/me/edit/", {"display_name": "Новое имя", "password": "secret"})

    assert response.status_code == 303
    assert response["Location"] == "/accounts/login/?next=%2F"
    assert client.session[KEPT_KEY] == {
        "path": "/me/edit/",
        "data": "display_name=%D0%9D%D0%BE%D0%B2%D0%BE%D0%B5+%D0%B8%D0%BC%D1%8F",
    }


def test_a_wrong_password_and_an_unknown_email_are_answered_alike(client):
    person = accounts.account()

    wrong = accounts.sign_in(client, person, **WRONG)
    unknown = client.post("/accounts/login/", {"login": "nobody@example.org", "password": "wrong"})

    for response in (wrong, unknown):
        assert response.status_code == 200
        assert response.context["form"].errors == {
            "__all__": ["Почта или пароль не подошли. Проверьте и попробуйте ещё раз."]
        }


def test_a_blocked_person_is_told_so(client):
    person = accounts.account(is_active=False)

    response = accounts.sign_in(client, person)

    assert response["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    assert "_auth_user_id" not in client.session


def test_guessing_ends_at_the_limit_even_with_the_right_password(client):
    person = accounts.account()
    for _ in range(LIMITS["sign_in"].person):
        accounts.sign_in(client, person, **WRONG)

    refused = accounts.sign_in(client, person)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 900
    assert "_auth_user_id" not in client.session


def test_no_address_or_email_stands_in_the_counters(client):
    person = accounts.account()

    accounts.sign_in(client, person, **WRONG)

    rows = list(Usage.objects.values_list("rule", "who", "count"))
    assert len(rows) == 2
    assert all(rule == "sign_in" and re.fullmatch("[0-9a-f]{64}", who) and count == 1 for rule, who, count in rows)


def test_another_forwarded_address_does_not_reset_the_network(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "sign_in", Limit(seconds=900, person=10, network=3))

    statuses = [
        client.post(
            "/accounts/login/",
            {"login": f"somebody{n}@example.org", "password": "wrong"},
            HTTP_X_FORWARDED_FOR=f"203.0.113.{n}",
        ).status_code
        for n in range(5)
    ]

    assert statuses == [200, 200, 200, 429, 429]


def test_a_network_without_a_share_left_does_not_use_up_the_share_of_whom_it_names(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "sign_in", Limit(seconds=900, person=10, network=1))
    person = accounts.account()
    for _ in range(20):
        accounts.sign_in(client, person, **WRONG)

    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    response = accounts.sign_in(elsewhere, person)

    assert response.status_code == 302
    assert elsewhere.session["_auth_user_id"] == str(person.pk)


def test_the_limit_holds_where_a_password_is_asked_again(client):
    person = accounts.account()
    client.force_login(person)

    statuses = [client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]


def test_the_limit_holds_for_the_present_password_at_its_change(client):
    person = accounts.account()
    client.force_login(person)
    form = {"oldpassword": "wrong", "password1": "крепкий пароль 7", "password2": "крепкий пароль 7"}

    statuses = [client.post("/accounts/password/change/", form).status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]


def test_a_forgotten_password_is_set_anew_by_mail(client):
    person = accounts.account()

    asked = client.post("/accounts/password/reset/", {"email": person.email.upper()})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]
    form_at = client.get(link)["Location"]
    new = {"password1": "крепкий пароль 7", "password2": "крепкий пароль 7"}
    done = client.post(form_at, new)
    page = client.get(done["Location"])
    response = accounts.sign_in(client, person, password="крепкий пароль 7")

    assert asked["Location"] == "/accounts/password/reset/done/"
    assert page.status_code == 200
    assert response["Location"] == "/"
    assert [m.subject for m in mail.outbox] == ["Новый пароль", "Пароль изменён"]
    assert "устарела или уже использована" in client.get(link).content.decode()


def test_asking_for_a_new_password_reveals_no_account(client):
    person = accounts.account()

    known = client.post("/accounts/password/reset/", {"email": person.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [(m.to, m.subject) for m in mail.outbox] == [
        ([person.email], "Новый пароль"),
        (["nobody@example.org"], "Учётной записи с этой почтой нет"),
    ]


def test_asking_for_a_new_password_is_limited_per_email(client):
    statuses = [client.post("/accounts/password/reset/", {"email": "nobody@example.org"}).status_code for _ in range(6)]

    assert statuses == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_letters_to_confirm_an_email_are_limited(client):
    person = accounts.account(confirmed=False)

    statuses = [accounts.sign_in(client, person).status_code for _ in range(6)]

    assert statuses == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_signing_in_needs_no_cache(client, settings):
    settings.CACHES = {
        "default": {"BACKEND": "crowd.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"},
    }
    person = accounts.account()
    secret = accounts.second_factor(person)

    asked = accounts.sign_in(client, person)
    response = client.post("/accounts/2fa/authenticate/", {"code": accounts.code(secret)})

    assert asked["Location"] == "/accounts/2fa/authenticate/"
    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_signing_out_asks_first(client):
    client.force_login(accounts.account())

    page = client.get("/accounts/logout/")
    response = client.post("/accounts/logout/")

    assert page.status_code == 200
    assert response["Location"] == "/"
    assert "_auth_user_id" not in client.session


def statuses_of_parallel_guesses(guess, count=50):
    """The statuses of so many tries at the door of the sign-in, all at once."""
    barrier = threading.Barrier(count)
    statuses = []

    def run(number):
        try:
            connection.ensure_connection()
            barrier.wait(60)
            statuses.append(guess(Client(), number).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


# Without a proxy what a client says of itself is nothing; with one, what stands before the proxy's word.
FORGED = {0: "6.6.6.{n}", 1: "6.6.6.{n}, 203.0.113.5"}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("proxies", FORGED)
def test_fifty_parallel_guesses_pass_exactly_up_to_the_limit_of_the_email(settings, proxies):
    settings.TRUSTED_PROXIES = proxies
    person = accounts.account()

    def guess(client, number):
        forged = FORGED[proxies].format(n=number)
        fields = {"login": person.email, **WRONG}
        return client.post("/accounts/login/", fields, headers={"x-forwarded-for": forged})

    assert statuses_of_parallel_guesses(guess) == [200] * 10 + [429] * 40


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("proxies", FORGED)
def test_fifty_parallel_guesses_at_many_emails_pass_exactly_up_to_the_limit_of_the_network(
    monkeypatch, settings, proxies
):
    settings.TRUSTED_PROXIES = proxies
    monkeypatch.setitem(LIMITS, "sign_in", Limit(seconds=900, person=10, network=17))

    def guess(client, number):
        forged = FORGED[proxies].format(n=number)
        fields = {"login": f"somebody{number}@example.org", **WRONG}
        return client.post("/accounts/login/", fields, headers={"x-forwarded-for": forged})

    assert statuses_of_parallel_guesses(guess) == [200] * 17 + [429] * 33


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_an_administrator_says_holds_for_parallel_guesses():
    LimitSetting.objects.create(rule="sign_in", person=3, network=0)
    person = accounts.account()

    statuses = statuses_of_parallel_guesses(lambda client, _: accounts.sign_in(client, person, **WRONG))

    assert statuses == [200] * 3 + [429] * 47
    assert Usage.objects.count() == 1


def test_a_refused_guess_says_when_to_come_back_and_keeps_the_email(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "sign_in", Limit(seconds=900, person=1, network=100))
    person = accounts.account()
    with time_machine.travel("2026-11-23T10:11:30+00:00", tick=False):
        accounts.sign_in(client, person, **WRONG)

        refused = accounts.sign_in(client, person, **WRONG)

    html = " ".join(refused.content.decode().split())
    assert (refused.status_code, refused["Retry-After"]) == (429, "210")
    assert "Повторить можно через 4 минуты." in html
    assert f'readonly value="{person.email}"' in html
    assert "wrong" not in html
