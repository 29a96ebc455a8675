import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from crowd.people.models import Consent, Municipality, Person
from tests.factories import accounts

pytestmark = pytest.mark.django_db

FORM = {
    "email": "anna@example.org",
    "display_name": "Анна П.",
    "municipality": "",
    "password1": "крепкий пароль 7",
}


def sign_up(client, **fields):
    return client.post("/accounts/signup/", FORM | {"seen_at": accounts.seen_at()} | fields)


def link_in(message):
    return re.search(r"http://testserver(\S+)", message.body)[1]


def errors(response):
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def test_sign_up_leads_by_mail_to_a_signed_in_person(client):
    text = accounts.consent_text()
    surgut = Municipality.objects.get(slug="surgut")

    response = sign_up(client, municipality=surgut.pk, consent="on", consent_version="1", next="/me/edit/")
    assert response["Location"] == "/accounts/confirm-email/"
    page = client.get("/accounts/confirm-email/")
    before = Person.objects.get().verification
    [message] = mail.outbox
    link = link_in(message)
    ask = client.get(link)
    confirmed = client.post(link)

    person = Person.objects.get()
    assert page.status_code == 200
    assert ask.status_code == 200
    assert before == "none"
    assert (message.to, message.subject) == (["anna@example.org"], "Подтвердите почту")
    assert (person.email, person.display_name, person.municipality) == ("anna@example.org", "Анна П.", surgut)
    assert (person.verification, person.standing, person.is_superuser) == ("email", "newcomer", False)
    assert [(c.text, c.operator) for c in Consent.objects.filter(person=person)] == [(text, None)]
    assert confirmed["Location"] == "/me/edit/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_sign_up_without_any_consent_text_asks_none(client):
    page = client.get("/accounts/signup/")

    response = sign_up(client)

    assert set(page.context["form"].fields) == {"email", "display_name", "municipality", "password1"}
    assert response.status_code == 302
    assert Person.objects.get().display_name == "Анна П."
    assert not Consent.objects.exists()


def test_the_box_is_not_ticked_beforehand_and_leads_to_the_text(client):
    accounts.consent_text(version=3)

    page = client.get("/accounts/signup/")

    html = page.content.decode()
    [box] = re.findall(r'<input type="checkbox" name="consent"[^>]*>', html)
    assert "checked" not in box
    assert '<input type="hidden" name="consent_version" value="3"' in html
    assert 'href="/consent/"' in html
    assert client.get("/consent/").status_code == 200


def test_sign_up_without_consent_is_refused(client):
    accounts.consent_text()

    response = sign_up(client, consent_version="1")

    assert errors(response) == {"consent": ["Чтобы зарегистрироваться, отметьте согласие."]}
    assert not Person.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("shown", ["1", "", "nonsense"])
def test_sign_up_with_another_text_than_the_one_in_force_asks_again(client, shown):
    accounts.consent_text(version=1)
    accounts.consent_text(version=2)

    response = sign_up(client, consent="on", consent_version=shown)

    html = response.content.decode()
    assert errors(response)["consent"] == ["Текст согласия изменился. Прочитайте его и отметьте ещё раз."]
    assert "checked" not in re.search(r'<input type="checkbox" name="consent"[^>]*>', html)[0]
    assert 'name="consent_version" value="2"' in html
    assert 'value="anna@example.org"' in html
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("  Анна   Петрова ", "Анна Петрова"),
        ("А. С. Пушкин", "А. С. Пушкин"),
        ("Иванов И.И.", "Иванов И.И."),
        ("Ио", "Ио"),
        ("Х" * 60, "Х" * 60),
    ],
)
def test_a_name_is_tidied(client, name, kept):
    sign_up(client, display_name=name)

    assert Person.objects.get().display_name == kept


@pytest.mark.parametrize(
    "name",
    [
        "А",
        "Я " * 40,
        "— —",
        "anna@example.org",
        "https://shop.example",
        "www.shop",
        "Магазин shop.ru",
        "сайт.рф",
        "Ан\u202eна",
        "Ан\x00на",
        "Ан\u200bна",
    ],
)
def test_a_name_that_is_no_name_is_refused(client, name):
    response = sign_up(client, display_name=name)

    assert list(errors(response)) == ["display_name"]
    assert not Person.objects.exists()


def test_a_taken_email_looks_from_outside_like_a_new_one(client):
    accounts.account(email="anna@example.org")
    stranger = Client()

    new = sign_up(stranger, email="boris@example.org")
    taken = sign_up(client, email="ANNA@example.org")

    def pages(somebody):
        html = somebody.get("/accounts/confirm-email/").content.decode()
        return re.sub(r'value="[A-Za-z0-9]{64}"|boris|anna', "", html)

    assert (new.status_code, new["Location"]) == (taken.status_code, taken["Location"])
    assert pages(stranger) == pages(client)
    assert [(m.to, m.subject) for m in mail.outbox] == [
        (["boris@example.org"], "Подтвердите почту"),
        (["anna@example.org"], "У вас уже есть учётная запись"),
    ]
    assert Person.objects.count() == 2


def test_a_link_works_in_another_browser_without_signing_it_in(client):
    sign_up(client)
    elsewhere = Client()

    elsewhere.post(link_in(mail.outbox[0]))

    assert Person.objects.get().verification == "email"
    assert "_auth_user_id" not in elsewhere.session


def test_a_broken_link_says_what_to_do(client):
    page = client.get("/accounts/confirm-email/nonsense/")

    assert "Ссылка устарела или скопирована не целиком" in page.content.decode()


def test_nobody_is_signed_in_before_the_email_is_confirmed(client):
    person = accounts.account(confirmed=False)

    response = accounts.sign_in(client, person)

    assert response["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session
    assert [m.subject for m in mail.outbox] == ["Подтвердите почту"]


def test_a_confirmed_resident_stays_one_when_another_email_is_confirmed(client):
    person = accounts.account(verification="resident")
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": accounts.PASSWORD})

    client.post("/accounts/email/", {"email": "second@example.org", "action_add": "1"})
    client.post(link_in(mail.outbox[0]))

    person.refresh_from_db()
    assert person.verification == "resident"
    assert EmailAddress.objects.get(email="second@example.org").verified


def test_sign_up_is_limited_per_email(client):
    for _ in range(5):
        sign_up(client)

    refused = sign_up(client)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert "Анна П." in refused.content.decode()
    assert "крепкий пароль 7" not in refused.content.decode()


def test_mail_that_cannot_be_sent_is_said_so(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    response = sign_up(client)

    assert response.status_code == 503
    assert "Письмо сейчас не отправляется" in response.content.decode()
