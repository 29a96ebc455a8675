"""Nobody reads another's e-mail anywhere, and every answer carries the headers that keep it so."""

import pytest
from django.test import Client

from tests.access_table import TABLE
from tests.access_world import make_world
from tests.test_access import filled

pytestmark = pytest.mark.django_db


def readable(world, client):
    """Every address of the table that this client may read, with its answer."""
    for row in TABLE:
        if not row[0].startswith("/admin/"):
            response = client.get(filled(row[0], world))
            if response.streaming:
                b"".join(response.streaming_content)
            elif response.status_code == 200:
                yield filled(row[0], world), response


@pytest.mark.parametrize("role", [None, "resident", "author"])
def test_no_page_shows_anothers_email(role):
    world, client = make_world(), Client()
    others = {person.email for name, person in world.people.items() if name != role}
    if role:
        client.force_login(world.people[role])

    leaks = [
        (url, email)
        for url, response in readable(world, client)
        for email in others
        if email in response.content.decode()
    ]

    assert leaks == []


def test_every_page_carries_its_policy_and_loads_nothing_from_elsewhere():
    world, client = make_world(), Client()

    for url, response in readable(world, client):
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, url
        assert "unsafe" not in policy, url
        assert response["X-Content-Type-Options"] == "nosniff", url
        assert response["Referrer-Policy"] == "same-origin", url
        assert 'src="http' not in response.content.decode(), url


def test_admin_has_a_policy_of_its_own():
    world, client = make_world(), Client()
    client.force_login(world.people["admin"])

    policy = client.get("/admin/")["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "object-src 'none'" in policy


def test_pages_of_a_person_are_stored_nowhere():
    world, client = make_world(), Client()
    client.force_login(world.people["resident"])

    assert "no-store" in client.get("/me/")["Cache-Control"]
