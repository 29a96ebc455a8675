import re

import pytest
from django.template.loader import render_to_string

from crowd.people.models import CampaignRole
from home.models import HomePage, StandardPage
from tests.factories.pages import campaign
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db


def test_frame_names_its_language_and_has_a_skip_link(client):
    text = client.get("/").content.decode()

    assert '<html lang="ru">' in text
    assert '<a class="skip" href="#main">' in text
    assert '<main id="main"' in text


def test_frame_lists_pages_of_text(client):
    home = HomePage.objects.get()
    home.add_child(instance=StandardPage(title="О площадке", slug="about", show_in_menus=True))
    home.add_child(instance=StandardPage(title="Правила", slug="rules"))
    home.add_child(instance=StandardPage(title="Черновик", slug="draft", live=False))

    text = client.get("/").content.decode()

    assert text.count('href="/about/"') == 3
    assert text.count('href="/rules/"') == 1
    assert "Черновик" not in text


def test_language_switch_keeps_the_page(client):
    campaign(slug="servisy")

    russian = client.get("/servisy/?q=1").content.decode()
    english = client.get("/en/servisy/").content.decode()

    assert '<a class="account__language" href="/en/servisy/?q=1" lang="en" hreflang="en">English</a>' in _flat(russian)
    assert '<a class="account__language" href="/servisy/" lang="ru" hreflang="ru">Русский</a>' in _flat(english)
    assert '<html lang="en">' in english


def test_stranger_is_offered_to_sign_in_and_come_back(client):
    text = client.get("/").content.decode()

    assert "/accounts/login/?next=/" in text
    assert "Выйти" not in text


def test_person_finds_the_own_name_and_the_way_out(client):
    client.force_login(person(display_name="Мария К."), backend="allauth.account.auth_backends.AuthenticationBackend")

    text = client.get("/").content.decode()

    assert "Мария К." in text
    assert "Выйти" in text
    assert "Управление сайтом" not in text


@pytest.mark.parametrize("role", CampaignRole.Role.values)
def test_staff_find_the_way_to_the_admin(client, role):
    client.force_login(with_role(role), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert "Управление сайтом" in client.get("/").content.decode()


def test_frame_asks_no_third_party_and_has_nothing_inline(client):
    text = client.get("/").content.decode()
    # Addresses for search engines are whole, and what they read is data: nobody loads or runs it.
    loaded = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", text)
    run = re.sub(r'<script type="application/ld\+json">', "", text)

    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', loaded) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", run) == []


def test_unknown_address_gives_a_page_that_helps(client):
    response = client.get("/takogo-net/")

    assert response.status_code == 404
    assert "Здесь ничего нет" in response.content.decode()


def test_server_error_page_needs_nothing():
    text = render_to_string("500.html")

    assert "У нас что-то сломалось" in text
    assert '<html lang="ru">' in text


def _flat(text):
    return re.sub(r"\s+", " ", text)
