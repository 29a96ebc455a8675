import pytest
from django.urls import reverse

from crowd import offline
from crowd.people.models import CampaignRole
from tests.factories.accounts import account
from tests.factories.pages import campaign

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def page_of(client, person=None, address="/"):
    if person:
        client.force_login(person, backend=BACKEND)
    return client.get(address).content.decode()


def test_helper_is_a_script_that_is_asked_for_anew(client):
    response = client.get("/sw.js")

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert response.content.decode().startswith('const VERSION = "')
    assert "worker-src 'self'" in response["Content-Security-Policy"]


def test_helper_comes_without_the_remarks_of_its_source():
    source = (offline.SCRIPTS / "sw.js").read_text(encoding="utf-8").splitlines()

    sent = offline.script().splitlines()[1:]

    assert sent == [line for line in source if not line.strip().startswith("//")]
    assert len(sent) < len(source)


def test_helper_that_is_known_is_not_sent_again(client):
    etag = client.get("/sw.js")["ETag"]

    response = client.get("/sw.js", headers={"If-None-Match": etag})

    assert response.status_code == 304


def test_helper_changes_with_the_static_files(monkeypatch):
    before = offline.script()

    monkeypatch.setattr(offline.staticfiles_storage, "manifest_hash", "0123456789ab", raising=False)

    assert offline.script().splitlines()[0] == 'const VERSION = "0123456789ab";'
    assert offline.script().splitlines()[1:] == before.splitlines()[1:]


def test_helper_that_is_turned_off_unregisters_itself(client, settings):
    settings.OFFLINE_READING = False

    assert "registration.unregister()" in client.get("/sw.js").content.decode()
    assert "data-worker" not in page_of(client)


def test_page_names_the_helper(client):
    assert 'data-worker="/sw.js"' in page_of(client)


@pytest.mark.parametrize(("address", "heading"), [("/offline/", "Нет связи"), ("/en/offline/", "<h1")])
def test_page_without_a_line_is_in_both_languages(client, address, heading):
    response = client.get(address)

    assert response.status_code == 200
    assert heading in response.content.decode()
    assert response.cookies == {}


def test_stranger_is_named_by_nothing(client):
    assert "data-person" not in page_of(client)


def test_person_is_named_by_a_keyed_hash(client, settings):
    person = account()
    text = page_of(client, person)

    key = text.split('data-person="')[1].split('"')[0]

    assert len(key) == 16
    settings.SECRET_KEY = "another secret, as long as a secret has to be"
    assert f'data-person="{key}"' not in page_of(client, person)


def test_people_have_keys_of_their_own(client):
    first, second = page_of(client, account()), page_of(client, account())

    assert first.split('data-person="')[1][:16] != second.split('data-person="')[1][:16]


def test_operator_keeps_no_drafts(client):
    operator = account()
    CampaignRole.objects.create(person=operator, role="operator", campaign=campaign())

    assert 'data-person=""' in page_of(client, operator)


def test_forms_of_long_texts_keep_drafts(client):
    from tests.factories.pages import cycle

    place = cycle()
    text = page_of(client, account(), f"{reverse('ideas:new')}?cycle={place.pk}")

    assert f'data-draft="idea-new-{place.pk}"' in text
    assert "data-returned" not in text


def test_form_that_came_back_says_so(client):
    from tests.factories.pages import cycle

    place = cycle()
    client.force_login(account(), backend=BACKEND)
    response = client.post(f"{reverse('ideas:new')}?cycle={place.pk}", {"title": "Лёд"})

    assert response.status_code == 422
    assert "data-returned" in response.content.decode()
