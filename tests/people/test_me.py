import pytest

from crowd.events.models import Event
from crowd.people.me_sections import MeSection, registry
from crowd.people.models import Municipality, Person
from tests.factories import accounts, people

pytestmark = pytest.mark.django_db


def test_the_own_profile_shows_name_place_email_and_verification(client):
    person = accounts.account(municipality=people.municipality("surgut"))
    client.force_login(person)

    html = client.get("/me/").content.decode()

    for words in (person.display_name, person.email, "Сургут", "почта подтверждена"):
        assert words in html


def test_name_and_place_are_changed(client):
    person = accounts.account()
    client.force_login(person)
    uray = Municipality.objects.get(slug="uray")

    response = client.post("/me/edit/", {"display_name": " Новое  имя ", "municipality": uray.pk})

    person.refresh_from_db()
    assert response.status_code == 303
    assert response["Location"] == "/me/"
    assert (person.display_name, person.municipality) == ("Новое имя", uray)
    assert list(Event.objects.values_list("kind", "subject_id", "actor_id")) == [
        ("person.edited", person.pk, person.pk)
    ]


def test_a_wrong_name_is_refused_and_stays_in_the_form(client):
    person = accounts.account(display_name="Анна")
    client.force_login(person)

    response = client.post("/me/edit/", {"display_name": "я на shop.ru", "municipality": ""})

    html = response.content.decode()
    person.refresh_from_db()
    assert response.status_code == 422
    assert 'value="я на shop.ru"' in html
    assert '<span class="menu__who">Анна</span>' in html
    assert person.display_name == "Анна"


def test_nothing_but_name_and_place_can_be_posted(client):
    person = accounts.account()
    client.force_login(person)
    form = {"display_name": "Анна", "is_superuser": "on", "verification": "resident", "standing": "trusted"}
    Person.objects.filter(pk=person.pk).update(standing="newcomer")

    client.post("/me/edit/", form | {"email": "other@example.org", "municipality": ""})

    person.refresh_from_db()
    assert (person.is_superuser, person.verification, person.standing) == (False, "email", "newcomer")
    assert person.email != "other@example.org"


def test_sections_of_other_apps_stand_in_order(client, monkeypatch, settings, tmp_path):
    (tmp_path / "rows.html").write_text("{% for row in rows %}<b>{{ row }}</b>{% endfor %}")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    person = accounts.account()
    client.force_login(person)
    monkeypatch.setattr(registry, "sections", {})
    registry.register(MeSection("votes", "Мои голоса", "rows.html", lambda who: [f"голос {who.pk}"], order=20))
    registry.register(MeSection("ideas", "Мои идеи", "rows.html", lambda _who: [], empty="Идей пока нет.", order=10))
    registry.register(MeSection("silent", "Пустое", "rows.html", lambda _who: []))

    html = client.get("/me/").content.decode()

    assert html.index("Мои идеи") < html.index("Идей пока нет.") < html.index("Мои голоса")
    assert f"<b>голос {person.pk}</b>" in html
    assert "Пустое" not in html
