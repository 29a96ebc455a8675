"""The language of who reads: kept at sign-up and by the switch, spoken by letters, sockets and refusals."""

import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.core import mail
from django.test import RequestFactory
from django.utils import translation

from crowd.people.models import Person
from crowd.people.personal_data import export_of
from discussions.live.reads import rendered
from home.models import HomePage
from tests.factories.accounts import account, seen_at
from tests.factories.comments import comment
from tests.factories.pages import cycle
from tests.factories.translations import translation as english

pytestmark = pytest.mark.django_db

SIGN_UP = {"email": "anna@example.org", "display_name": "Анна", "municipality": "", "password1": "крепкий пароль 7"}
LETTERS = sorted(
    f"{folder.parent.name}/email/{path.name.removesuffix('_message.txt')}"
    for folder in settings.BASE_DIR.glob("templates/*/email")
    for path in folder.glob("*_message.txt")
    if path.name != "base_message.txt"
)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
ADDRESSES = re.compile(
    r"https?://\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)+\b|\btestserver\b|\blocalhost\b|127\.0\.0\.1|\S*:\d+"
)


def wordless(text):
    return ADDRESSES.sub("", text)


@pytest.fixture
def names():
    english(HomePage.objects.get(), title="Open Region")


@pytest.mark.parametrize(("address", "language"), [("/accounts/signup/", "ru"), ("/en/accounts/signup/", "en")])
def test_sign_up_keeps_the_language_of_its_page(client, address, language):
    client.post(address, SIGN_UP | {"seen_at": seen_at()})

    assert Person.objects.get().language == language


def test_first_letter_speaks_as_the_page_of_the_sign_up(client, names):
    client.post("/en/accounts/signup/", SIGN_UP | {"seen_at": seen_at()})

    [letter] = mail.outbox
    assert CYRILLIC.search(letter.subject + letter.body) is None
    assert "Open Region" in letter.body
    assert "http://testserver/en/accounts/confirm-email/" in letter.body


def test_letter_speaks_its_readers_language_whoever_asked(client, names):
    account(email="john@example.org", language="en")
    account(email="ivan@example.org", language="ru")

    client.post("/accounts/password/reset/", {"email": "john@example.org"})
    client.post("/en/accounts/password/reset/", {"email": "ivan@example.org"})

    to_john, to_ivan = mail.outbox
    assert CYRILLIC.search(to_john.subject + to_john.body) is None
    assert "/en/accounts/password/reset/key/" in to_john.body
    assert re.search("[a-z]{2}", wordless(to_ivan.subject + to_ivan.body), re.IGNORECASE) is None
    assert "http://testserver/accounts/password/reset/key/" in to_ivan.body


@pytest.mark.parametrize("template", LETTERS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_letter_is_wholly_in_one_language(names, template, language):
    person = account(email="anna@example.org", display_name="", language=language)
    links = dict.fromkeys(("activate_url", "password_reset_url", "signup_url"), "http://testserver/accounts/login/")
    said = {"from_email": "a@example.org", "to_email": "b@example.org", "deleted_email": "c@example.org"}
    request = RequestFactory().get("/")

    with allauth_context.request_context(request), translation.override("en" if language == "ru" else "ru"):
        get_adapter().send_mail(template, person.email, {"user": person} | links | said)

    [letter] = mail.outbox
    words = wordless(letter.subject + "\n" + letter.body)
    foreign = CYRILLIC if language == "en" else re.compile("[a-z]{2}", re.IGNORECASE)
    assert len(words.split()) > 8
    assert foreign.findall(words) == []


def test_switch_of_who_is_signed_in_changes_page_and_letters(client):
    person = account()
    client.force_login(person)
    block = cycle()
    text = client.get(f"{block.url}?order=top").content.decode()

    response = client.post("/me/language/", {"language": "en", "next": f"{block.url}?order=top"})

    assert 'action="/me/language/"' in text
    assert (response.status_code, response.url) == (303, f"/en{block.url}?order=top")
    person.refresh_from_db()
    assert person.language == "en"


def test_person_sees_the_language_of_letters(client):
    client.force_login(account(language="en"))

    assert "<dd>Английский" in client.get("/me/").content.decode()


def test_switch_of_a_stranger_is_a_link_that_keeps_nothing(client):
    text = client.get("/").content.decode()

    assert "/me/language/" not in text
    assert 'href="/en/"' in text


@pytest.mark.parametrize("language", ["", "de", "<b>"])
def test_switch_refuses_a_language_that_is_not_there(client, language):
    client.force_login(account())

    assert client.post("/me/language/", {"language": language, "next": "/"}).status_code == 422


def test_switch_leads_nowhere_else(client):
    client.force_login(account())

    assert client.post("/me/language/", {"language": "en", "next": "https://evil.example/"}).url == "/en/"


def test_language_is_among_what_is_kept_of_a_person():
    person = account(language="en")

    assert export_of(person)["people.Person"][0]["language"] == "Английский"


def test_refusals_to_scripts_speak_the_language_of_the_address(client):
    headers = {"accept": "application/json"}

    russian = client.get("/ideas/999999/", headers=headers).json()["detail"]
    other = client.get("/en/ideas/999999/", headers=headers).json()["detail"]

    assert CYRILLIC.search(russian)
    assert CYRILLIC.search(other) is None


def test_hub_renders_a_comment_once_for_each_language():
    made = comment(body="Каток", stance="for", parent=None)

    [change] = rendered([made])

    assert sorted(change.texts) == ["en", "ru"]
    assert 'lang=\\"ru\\">' in change.texts["en"]
    assert "/en/threads/" in change.texts["en"]
    assert "/en/threads/" not in change.texts["ru"]
    assert "Ответить" in change.texts["ru"]
    assert "Ответить" not in change.texts["en"]
