import pytest

from crowd.errors import Invalid, NotAllowed
from crowd.events.models import Event
from crowd.people.actions import give_consent, publish_consent_text
from crowd.people.kept import KEPT_KEY
from crowd.people.models import Consent, ConsentText
from crowd.people.queries import has_current_consent
from crowd.people.views import ask_consent
from tests.factories import accounts, people

pytestmark = pytest.mark.django_db


def versions(person):
    return list(Consent.objects.filter(person=person).order_by("id").values_list("text__version", flat=True))


def test_consent_is_noted_once_with_version_and_moment():
    text, person = accounts.consent_text(), people.person()

    first = give_consent(person=person, text=text)
    second = give_consent(person=person, text=text)

    first.refresh_from_db()
    assert first.pk == second.pk
    assert first.given_at is not None
    assert versions(person) == [1]
    [event] = Event.objects.filter(kind="consent.given")
    assert (event.subject_kind, event.subject_id, event.actor_id) == ("person", person.pk, person.pk)
    assert event.payload == {"consent_text": text.pk}


def test_consent_to_an_old_text_is_refused():
    old, person = accounts.consent_text(version=1), people.person()
    accounts.consent_text(version=2)

    with pytest.raises(Invalid):
        give_consent(person=person, text=old)

    assert versions(person) == []


def test_an_operator_notes_a_consent_in_own_name():
    text, person, operator = accounts.consent_text(), people.person(), people.with_role("operator")

    consent = give_consent(person=person, text=text, operator=operator)

    assert consent.operator == operator


@pytest.mark.parametrize("role", ["moderator", "editor", "expert"])
def test_nobody_else_notes_a_consent_for_another(role):
    text, person, other = accounts.consent_text(), people.person(), people.with_role(role)

    with pytest.raises(NotAllowed):
        give_consent(person=person, text=text, operator=other)


def test_a_higher_version_asks_again(client):
    person = accounts.account()
    client.force_login(person)
    give_consent(person=person, text=accounts.consent_text(version=1))
    before = has_current_consent(person)

    accounts.consent_text(version=2)
    asked = client.get("/me/")
    client.post("/me/consent/", {"version": "2", "consent": "on"})

    assert before
    assert 'href="/me/consent/"' in asked.content.decode()
    assert has_current_consent(person)
    assert versions(person) == [1, 2]


def test_giving_consent_leads_back_to_the_form(client):
    accounts.consent_text()
    person = accounts.account()
    client.force_login(person)

    response = client.post("/me/consent/", {"version": "1", "consent": "on", "next": "/ideas/new/?cycle=3"})

    assert response.status_code == 303
    assert response["Location"] == "/ideas/new/?cycle=3"
    assert versions(person) == [1]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_giving_consent_leads_to_no_other_site(client, elsewhere):
    accounts.consent_text()
    client.force_login(accounts.account())

    response = client.post("/me/consent/", {"version": "1", "consent": "on", "next": elsewhere})

    assert response["Location"] == "/me/"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"version": "2"}, "Чтобы участвовать, отметьте согласие."),
        ({"version": "1", "consent": "on"}, "Текст согласия изменился. Прочитайте его и отметьте ещё раз."),
        ({"consent": "on"}, "Текст согласия изменился. Прочитайте его и отметьте ещё раз."),
    ],
)
def test_what_is_no_consent_to_the_text_in_force_is_refused(client, form, message):
    accounts.consent_text(version=1)
    accounts.consent_text(version=2)
    person = accounts.account()
    client.force_login(person)

    response = client.post("/me/consent/", form | {"next": "/ideas/new/"})

    html = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors == {"consent": [message]}
    assert 'name="version" value="2"' in html
    assert 'name="next" value="/ideas/new/"' in html
    assert "Текст 2" in html
    assert versions(person) == []


def test_a_form_without_consent_shows_the_text_and_keeps_what_was_typed(rf, client):
    accounts.consent_text()
    request = rf.post("/ideas/new/", {"title": "Тёплая остановка"}, HTTP_REFERER="http://testserver/ideas/new/?cycle=3")
    request.user, request.session = accounts.account(), client.session

    response = ask_consent(request)

    html = response.content.decode()
    assert response.status_code == 403
    assert "Текст 1" in html
    assert "Тёплая остановка" in html
    assert 'name="next" value="/ideas/new/?cycle=3"' in html
    assert "checked" not in html
    assert request.session[KEPT_KEY]["path"] == "/ideas/new/"


def test_an_administrator_publishes_the_next_version(client):
    accounts.consent_text(version=1)
    client.force_login(people.person(is_superuser=True))

    response = client.post("/admin/consent-texts/new/", {"title": "Согласие", "text": "Новый текст"})

    assert response.status_code == 302
    assert list(ConsentText.objects.values_list("version", "text")) == [(2, "Новый текст"), (1, "Текст 1")]


def test_nobody_else_publishes_a_text():
    with pytest.raises(NotAllowed):
        publish_consent_text(title="Согласие", text="Текст", publisher=people.with_role("editor"))

    assert not ConsentText.objects.exists()


def test_a_published_text_is_not_changed(client):
    text = accounts.consent_text(version=1)
    client.force_login(people.person(is_superuser=True))

    client.post(f"/admin/consent-texts/edit/{text.pk}/", {"title": "Иначе", "text": "Иначе"})
    client.post(f"/admin/consent-texts/delete/{text.pk}/")

    text.refresh_from_db()
    assert text.text == "Текст 1"


def test_every_version_of_the_consent_keeps_its_address(client):
    accounts.consent_text(1)
    accounts.consent_text(2)

    in_force = client.get("/consent/").content.decode()
    earlier = client.get("/consent/1/").content.decode()

    assert ("Текст 2" in in_force, "Текст 1" in in_force) == (True, False)
    assert ("Текст 1" in earlier, "Текст 2" in earlier) == (True, False)
    assert "Это прежняя редакция, она больше не действует." in earlier
    assert 'href="/consent/2/"' in earlier


def test_version_of_the_consent_that_does_not_exist_is_not_found(client):
    accounts.consent_text(1)

    assert client.get("/consent/2/").status_code == 404


def test_address_that_the_consent_had_leads_to_where_it_is(client):
    response = client.get("/me/consent/text/")

    assert (response.status_code, response["Location"]) == (301, "/consent/")
