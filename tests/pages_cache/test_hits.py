"""What a reader who is not signed in gets from the cache, and that it is the same as without it."""

import gzip

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from home.models import HomePage, StandardPage
from tests.factories import pages
from tests.factories.comments import comments, thread
from tests.factories.ideas import idea

pytestmark = pytest.mark.django_db

PUBLIC = "public, max-age=0, must-revalidate"


@pytest.fixture
def addresses():
    """An address of every kind of public page, in both languages."""
    place, one = thread(pages.discussion()), idea()
    comments(place, 2)
    text = HomePage.objects.get().add_child(instance=StandardPage(title="О площадке"))
    found = [
        "/",
        place.block.get_parent().url,
        place.block.url,
        one.cycle.url,
        f"{one.cycle.url}?order=top&page=1",
        one.get_absolute_url(),
        f"/threads/{place.pk}/comments/",
        text.url,
    ]
    return [*found, *(f"/en{address}" for address in found)]


def test_second_reader_gets_the_same_page_without_a_query(addresses):
    for address in addresses:
        first = Client().get(address)

        with CaptureQueriesContext(connection) as queries:
            second = Client().get(address)

        assert (second.status_code, second.content) == (200, first.content), address
        assert dict(second.headers) == dict(first.headers), address
        assert len(queries) == 0, address


def test_page_says_how_it_may_be_kept(addresses):
    for address in addresses:
        for _ in ("made", "kept"):
            answer = Client().get(address)

            assert answer["Cache-Control"] == PUBLIC, address
            assert {name.strip() for name in answer["Vary"].split(",")} == {"Cookie", "Accept", "Accept-Encoding"}
            assert answer["ETag"], address
            assert "nonce" not in answer["Content-Security-Policy"], address
            assert not answer.cookies, address


def test_page_holds_neither_token_nor_posted_form(addresses):
    for address in addresses:
        words = Client().get(address).content.decode()

        assert "csrfmiddlewaretoken" not in words, address
        assert 'method="post"' not in words, address
        assert "nonce=" not in words, address


def test_headers_that_other_layers_add_are_there(client):
    client.get("/")

    answer = client.get("/")

    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Language"] == "ru"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_requests_are_still_counted(client):
    def counted(name, **labels):
        return REGISTRY.get_sample_value(name, labels) or 0.0

    client.get("/")
    before = counted("django_http_responses_before_middlewares_total"), counted("crowd_pages_total", source="cache")

    client.get("/")

    after = counted("django_http_responses_before_middlewares_total"), counted("crowd_pages_total", source="cache")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)


@pytest.mark.parametrize("warm", [False, True])
def test_head_has_the_headers_of_get(client, reader, warm):
    if warm:
        reader.warm("/")

    head = client.head("/")

    got = Client().get("/")
    assert (head.status_code, head.content) == (200, b"")
    assert (head["ETag"], head["Cache-Control"], head["Content-Length"]) == (got["ETag"], PUBLIC, got["Content-Length"])


def test_head_keeps_nothing(client, kept):
    client.head("/")

    assert kept() == 0


@pytest.mark.parametrize("warm", [False, True])
def test_who_has_the_page_is_told_that_it_is_the_same(client, reader, warm):
    tag = client.get("/")["ETag"]
    if warm:
        reader.warm("/")

    same = client.get("/", headers={"if-none-match": tag})
    other = client.get("/", headers={"if-none-match": '"other"'})

    assert (same.status_code, same.content, same["ETag"], same["Cache-Control"]) == (304, b"", tag, PUBLIC)
    assert "Cookie" in same["Vary"]
    assert (other.status_code, other["ETag"]) == (200, tag)


@pytest.mark.parametrize("warm", [False, True])
def test_compressed_page_is_the_same_page(client, reader, warm):
    plain = client.get("/")
    if not warm:
        reader.client.get("/en/")
    else:
        reader.warm("/")

    answer = client.get("/", headers={"accept-encoding": "br, gzip"})

    assert (answer["Content-Encoding"], gzip.decompress(answer.content)) == ("gzip", plain.content)
    assert (answer["ETag"], answer["Content-Length"]) == (f"W/{plain['ETag']}", str(len(answer.content)))
    again = client.get("/", headers={"accept-encoding": "gzip", "if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_languages_are_apart(client, reader):
    reader.warm("/", "/en/")

    assert '<html lang="ru"' in client.get("/").content.decode()
    assert '<html lang="en"' in client.get("/en/").content.decode()


def test_language_of_the_browser_and_of_its_cookie_change_nothing(client, reader):
    reader.warm("/")
    client.cookies["django_language"] = "en"

    answer = client.get("/", headers={"accept-language": "en"})

    assert answer["Content-Language"] == "ru"


def test_settings_for_the_visually_impaired_are_apart(client, reader):
    reader.warm("/")
    client.cookies["vision"] = "huge.white-on-black.wide.off"

    chosen = [client.get("/").content.decode() for _ in range(2)]

    assert chosen[0] == chosen[1]
    assert 'data-size="huge"' in chosen[0]
    client.cookies.clear()
    assert 'data-size="huge"' not in client.get("/").content.decode()


def test_nonsense_in_the_cookie_of_the_settings_is_the_usual_page(client, kept):
    client.get("/")
    for nonsense in ("x", "huge", "huge.x.y.z.", "../../", "9" * 3000):
        client.cookies["vision"] = nonsense
        client.get("/")

    # One for the usual look, one for «huge», which says something in its first place.
    assert kept() <= 2


def test_hosts_are_apart(client, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    one = idea()

    pages_of = {
        host: [client.get(one.get_absolute_url(), headers={"host": host}).content.decode() for _ in range(2)]
        for host in ("one.example", "two.example:8443")
    }

    assert "two.example" not in pages_of["one.example"][1]
    assert "one.example" not in pages_of["two.example:8443"][1]


def test_json_and_page_are_apart(client, reader):
    place = thread()
    address = f"/threads/{place.pk}/comments/"
    reader.warm(address)

    said = client.get(address, headers={"accept": "application/json"})

    assert said.json() == {"changes": [], "next": None}
    assert said["Cache-Control"] == "private, no-store"
    assert client.get(address)["Content-Type"] == "text/html; charset=utf-8"
