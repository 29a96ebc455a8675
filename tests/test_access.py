"""Every address × role × method in one table; an address that is not in it fails the test that walks the URL conf."""

import re
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.access_table import TABLE
from tests.access_table_staff import OPEN_TO_STAFF
from tests.access_world import IDEA, ROLES, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world, made once for all rows; each request is taken back, and at the end the world."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        world.sessions = {role: signed_in(person) for role, person in world.people.items()}
        yield world
        transaction.set_rollback(True)


def signed_in(person):
    """The key of a session: to sign in for each of thousands of requests took a fifth of their time."""
    client = Client()
    client.force_login(person)
    return client.session.session_key


METHODS = ("GET", "POST", "PUT", "DELETE")
LETTERS = dict(zip("arwxomsepzb", ROLES, strict=True))
ALL_REFUSED = "405"

EVERYBODY = "arwxomsepzb"


class Undone(Exception):
    """Takes back what a request did."""


def undo():
    raise Undone


def expected(cell):
    default, *exceptions = cell.split()
    statuses = dict.fromkeys(EVERYBODY, int(default))
    for exception in exceptions:
        letters, _, status = exception.partition("=")
        statuses |= dict.fromkeys(letters, int(status))
    return statuses


def filled(text, world):
    return re.sub(r"\{(\w+)\}", lambda found: str(world.places[found[1]]), text)


def payload(row, world):
    posted = filled(row[1], world)
    return IDEA if posted == "idea" else dict(part.split("=") for part in posted.split("&")) if posted else {}


def meaning(response):
    """The status; being led to sign in counts as 401, and Wagtail's way of saying no (back to its first page) as 403."""
    target = response.get("Location", "")
    if target.startswith("/accounts/login/?"):
        return 401
    if target == "/admin/":
        return 403
    return response.status_code


def status(world, letter, method, url, data):
    """The status that this role gets; what the request did is taken back."""
    client = Client(raise_request_exception=False)
    session = world.sessions.get(LETTERS[letter])
    found = None
    try:
        with transaction.atomic():
            if session:
                client.cookies[settings.SESSION_COOKIE_NAME] = session
            if method == "GET":
                response = client.get(url)
            elif method == "POST":
                response = client.post(url, data)
            else:
                response = client.generic(method, url, urlencode(data), "application/x-www-form-urlencoded")
            found = meaning(response)
            if response.streaming:
                # Read to its end it is closed without Django's signal, which would close this test's connection.
                b"".join(response.streaming_content)
            undo()
    except Undone:
        return found


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_address_answers_each_role_and_method_as_the_table_says(world, row):
    url, data = filled(row[0], world), payload(row, world)

    for method, cell in zip(METHODS, row[2:], strict=True):
        got = {letter: status(world, letter, method, url, data) for letter in EVERYBODY}
        assert (method, got) == (method, expected(cell))
    if row[3] != ALL_REFUSED:
        assert_token_is_asked_for(world, url, data)


def assert_token_is_asked_for(world, url, data):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["admin"])
    assert client.post(url, data).status_code in {403, 404}


# The addresses of libraries, each held below for those who have no business there.
LIBRARIES = ("admin/", "documents/", "_util/")


def routes():
    def walk(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield route
            else:
                yield from walk(pattern, route)

    return sorted(set(walk(get_resolver())))


def covers(row, route):
    """Say whether the row's address is one of this route."""
    converters = {"id": r"\d+", "int": r"\d+", "words": r"[\w-]+", "slug": r"[-\w]+", "str": r"[^/]+"}
    if "(" in route:
        pattern = route.replace("^", "", 1) if route.startswith("^") else route.replace("/^", "/")
    else:
        pattern = re.sub(r"<(\w+):\w+>", lambda found: converters[found[1]], route)
    sample = re.sub(r"\{(\w+)\}", lambda found: "titel" if found[1].endswith("_url") else "1", row[0])
    sample = re.sub(r"^titel$", "/ideas/1-titel/", sample)
    return re.fullmatch(pattern.rstrip("$"), sample.split("?")[0].lstrip("/")) is not None


def own_admin(route):
    return re.match(
        r"admin/(moderation|residents|roles|consent-texts|deliveries|rehearsal|publishing|questions|service-ratings|comments"
        r"|threads|sanctions|limits|bursts|shortlist|ideas|operator-entries|desk|search-queries|snippets/search"
        r"|snippets/moderation/watchedphrase)/",
        route,
    )


@pytest.mark.parametrize("route", [r for r in routes() if not r.startswith(LIBRARIES) or own_admin(r)])
def test_every_own_address_is_in_the_table(route):
    assert any(covers(row, route) for row in TABLE), f"{route} is not in tests/access_table.py"


def sample(route):
    """An address of this route, with 1 for whatever it takes."""
    route = re.sub(r"<(\w+:)?\w+>", "1", re.sub(r"\(\?P<\w+>[^)]*\)\)?|\([^)]*\)", "1", route))
    return "/" + re.sub(r"[\^$\\?]|\.\*", "", route)


STAFF_ROUTES = [route for route in routes() if route.startswith("admin/") and not own_admin(route)]
# Wagtail's own way to try its error page.
STAFF_ROUTES.remove("admin/failwhale/")


def test_library_addresses_of_the_admin_are_closed_to_who_has_no_role(world):
    for route in STAFF_ROUTES:
        url = sample(route)
        if url.startswith(("/admin/login/", "/admin/password_reset/")):
            continue
        got = {
            (letter, method): status(world, letter, method, url, {}) for letter in "ar" for method in ("GET", "POST")
        }
        refused = {("a", "GET"): 401, ("a", "POST"): 401} | {(x, m): 403 for x in "r" for m in ("GET", "POST")}
        assert (url, got) == (url, refused)


@pytest.mark.parametrize("letter", ["x", "m"])
def test_staff_who_publish_nothing_open_nothing_of_the_editors(world, letter):
    campaign = str(world.places["campaign_id"])
    urls = {sample(route).replace("/pages/1/", f"/pages/{campaign}/") for route in STAFF_ROUTES}

    opened = {url for url in urls if status(world, letter, "GET", url, {}) == 200}
    opened = {url.replace(f"/pages/{campaign}/", "/pages/ID/") for url in opened}

    assert opened == OPEN_TO_STAFF, "\n".join(sorted(opened ^ OPEN_TO_STAFF))
