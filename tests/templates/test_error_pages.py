"""Pages for what went wrong: they help, keep what was typed, and ask for nothing that may itself be away."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone, translation

from crowd import views
from tests.factories.accounts import account
from tests.factories.pages import campaign
from tests.factories.people import person

ALONE = ("500.html", "503.html", "400.html")
AWAY = """
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
for address, accept in (("/", "text/html"), ("/en/", "text/html"), ("/ideas/1/", "application/json")):
    response = client.get(address, headers={"accept": accept, "host": "localhost"})
    print(response.status_code, response.headers["Retry-After"], response.content.decode().replace("\\n", " "))
response = client.post("/threads/1/comments/", {"body": "Моё длинное мнение"}, headers={"host": "localhost"})
print(response.status_code, response.headers["Retry-After"], response.content.decode().replace("\\n", " "))
"""


@pytest.mark.django_db
def test_not_found_leads_to_the_search_and_to_running_projects(client):
    now = timezone.now()
    campaign(slug="running", title="Идёт")
    campaign(slug="over", title="Кончился", closes_at=now - timedelta(days=1))
    campaign(slug="later", title="Будет", opens_at=now + timedelta(days=1))
    campaign(slug="hidden", title="Скрыт", live=False)

    text = client.get("/takogo-net/").content.decode()

    assert 'action="/search/"' in text
    assert 'href="/running/"' in text
    assert "Кончился" not in text
    assert "Будет" not in text
    assert "Скрыт" not in text


@pytest.mark.django_db
def test_not_found_keeps_what_was_typed(client):
    client.force_login(account())

    response = client.post("/threads/999999/comments/", {"body": "Моё длинное <b>мнение</b>"})

    assert response.status_code == 404
    assert "Моё длинное &lt;b&gt;мнение&lt;/b&gt;" in response.content.decode()


@pytest.mark.django_db
def test_forbidden_says_so_in_both_shapes():
    request = RequestFactory().get("/secret/")
    script = RequestFactory().get("/secret/", headers={"accept": "application/json"})
    request.user = script.user = person()

    page, data = views.permission_denied(request, Exception()), views.permission_denied(script, Exception())

    assert (page.status_code, data.status_code) == (403, 403)
    assert "Сюда пускают не всех" in page.content.decode()
    assert json.loads(data.content)["error"] == "not_allowed"


def broken(request):
    raise RuntimeError("boom")


class BrokenUrls:
    handler500 = "crowd.views.server_error"
    urlpatterns = [path("broken/", broken), path("en/broken/", broken)]


@pytest.fixture
def broken_client(settings):
    settings.ROOT_URLCONF = BrokenUrls
    settings.MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware"]
    return Client(raise_request_exception=False)


def test_server_error_helps_without_database_and_keeps_what_was_typed(broken_client):
    response = broken_client.post("/broken/", {"body": "Мнение", "password": "secret"})

    text = response.content.decode()
    assert response.status_code == 500
    assert "У нас что-то сломалось" in text
    assert "Мнение" in text
    assert "secret" not in text
    assert response["Cache-Control"] == "no-store"


def test_server_error_is_json_for_scripts(broken_client):
    response = broken_client.get("/broken/", headers={"accept": "application/json"})

    assert response.status_code == 500
    assert json.loads(response.content)["error"] == "server_error"


@pytest.mark.parametrize("template", ALONE)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_that_stand_alone_ask_nothing(template, language):
    from django.template.loader import render_to_string

    with translation.override(language):
        text = render_to_string(template, {"retry_after": 30})

    assert f'<html lang="{language}">' in text
    assert "<script" not in text


def test_closed_database_is_told_as_such_in_a_real_process(tmp_path):
    environment = os.environ | {
        "DATABASE_URL": "postgres://crowd:crowd@127.0.0.1:1/crowd",
        "DJANGO_SETTINGS_MODULE": "crowd.settings.dev",
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "",
        "ELASTICSEARCH_URL": "",
    }

    ran = subprocess.run([sys.executable, "-c", AWAY], env=environment, capture_output=True, text=True, check=True)

    russian, english, script, comment = ran.stdout.strip().splitlines()
    assert russian.startswith("503 30 ")
    assert "Сайт скоро вернётся" in russian
    assert english.startswith("503 30 ")
    assert '<html lang="en">' in english
    assert script.startswith("503 30 ")
    assert json.loads(script.removeprefix("503 30 "))["error"] == "database_away"
    assert comment.startswith("503 30 ")
    assert "Моё длинное мнение" in comment
    assert "Traceback" not in ran.stderr


@pytest.mark.django_db
def test_error_of_a_database_that_answers_is_no_absence():
    assert views.is_database_away(OperationalError("no such table: x")) is False
    assert views.is_database_away(OperationalError("database is locked")) is True
    assert views.is_database_away(RuntimeError("locked")) is False
    assert views.is_database_away(None) is False


def test_maintenance_answers_every_page_and_no_sign_of_life(settings):
    settings.MAINTENANCE = True
    client = Client()

    page, english = client.get("/"), client.get("/en/ideas/new/")
    script = client.get("/", headers={"accept": "application/json"})

    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, "300", "no-store")
    assert "Идут плановые работы" in page.content.decode()
    assert '<html lang="en">' in english.content.decode()
    assert json.loads(script.content)["error"] == "maintenance"
    assert client.get("/healthz").status_code == 200
