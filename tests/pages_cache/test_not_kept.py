"""What is never kept, nor given from what is kept; and what a stranger can try."""

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from wagtail.models import PageViewRestriction

from crowd.pages_cache import rules
from crowd.pages_cache.middleware import PagesCache
from crowd.pages_cache.shown import shows
from tests.factories import pages
from tests.factories.comments import thread
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db

PRIVATE = "private, no-store"


@pytest.fixture
def signed_in():
    client = Client()
    client.force_login(person(display_name="Анна Тайная"))
    return client


def test_page_of_who_is_signed_in_is_not_kept(client, signed_in, kept):
    own = [signed_in.get(address) for address in ("/", idea().get_absolute_url())]

    assert [answer["Cache-Control"] for answer in own] == [PRIVATE] * 2
    assert all("Анна Тайная" in answer.content.decode() for answer in own)
    assert ["ETag" in answer for answer in own] == [False] * 2
    assert kept() == 0
    assert "Анна Тайная" not in client.get("/").content.decode()


def test_who_is_signed_in_gets_the_own_page(reader, signed_in):
    reader.warm("/")

    answer = signed_in.get("/", headers={"if-none-match": "*"})

    assert (answer.status_code, answer["Cache-Control"]) == (200, PRIVATE)
    assert "Анна Тайная" in answer.content.decode()


@pytest.mark.parametrize("name", ["sessionid", CookieStorage.cookie_name])
@pytest.mark.parametrize("value", ["", "nonsense", "x" * 3000])
def test_cookie_of_a_session_or_message_is_taken_for_one(client, reader, kept, name, value):
    reader.warm("/en/")
    before = kept()

    answer = client.get("/", headers={"cookie": f"{name}={value}"})

    assert answer["Cache-Control"] == PRIVATE
    assert kept() == before


def test_other_cookies_change_nothing(reader):
    reader.warm("/")

    assert reader.is_kept("/", headers={"cookie": "csrftoken=abc; _ym_uid=1; SESSIONID=1; sessionid2=x"})


def test_authorization_is_no_stranger(reader):
    reader.warm("/")

    assert not reader.is_kept("/", headers={"authorization": "Bearer x"})


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=слово",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/me/consent/text/",
        "/ideas/new/?cycle={cycle}",
        "{idea}?write=1",
        "{discussion}?write=1",
        "/threads/{thread}/comments/?parent=1",
        "/nowhere/",
        "/vision/",
    ],
)
def test_what_holds_a_form_or_nothing_is_not_kept(client, kept, address):
    one, place = idea(), thread()
    names = {"cycle": one.cycle_id, "idea": one.get_absolute_url(), "discussion": place.block.url, "thread": place.pk}

    answer = client.get(address.format(**names))

    assert "no-store" in answer["Cache-Control"]
    assert kept() == 0


def test_page_that_is_private_to_somebody_is_not_kept(client, kept):
    page = pages.discussion()
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="секрет")

    answers = [client.get(page.url) for _ in range(2)]

    assert ["private" in answer["Cache-Control"] for answer in answers] == [True] * 2
    assert kept() == 0


def test_refusal_and_redirection_are_not_kept(client, kept):
    one = idea()

    moved, hidden = client.get(f"/ideas/{one.pk}/"), client.get(idea(moderation="pending").get_absolute_url())

    assert (moved.status_code, hidden.status_code) == (301, 404)
    assert kept() == 0


def made_by(view, kept, **request):
    """Let a view answer twice through the cache; return the answer and how many pages are kept."""
    answer = PagesCache(view)(RequestFactory().get("/page/", **request))
    return answer["Cache-Control"], kept()


def a_view(change=lambda request, response: None, **response):
    def view(request):
        shows(request, "idea:1")
        made = HttpResponse("Страница", **response)
        change(request, made)
        return made

    return view


def test_view_that_says_what_it_shows_is_kept(kept):
    assert made_by(a_view(), kept) == (rules.PUBLIC, 1)


def test_view_that_says_nothing_is_private(kept):
    assert made_by(lambda request: HttpResponse("Страница"), kept) == (PRIVATE, 0)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda request, response: response.set_cookie("a", "b"), id="cookie"),
        pytest.param(lambda request, response: get_token(request), id="token"),
        pytest.param(lambda request, response: setattr(request, "_csp_nonce", "abc"), id="nonce"),
        pytest.param(lambda request, response: setattr(response, "_csp_replace", {}), id="policy"),
        pytest.param(lambda request, response: setattr(request, "user", person()), id="person"),
        pytest.param(lambda request, response: response.headers.setdefault("Vary", "*"), id="vary"),
        pytest.param(lambda request, response: setattr(response, "status_code", 206), id="part"),
    ],
)
def test_answer_made_for_one_reader_is_private(kept, change):
    assert made_by(a_view(change), kept) == (PRIVATE, 0)


@pytest.mark.parametrize("said", ["private", "no-store", "no-cache", "max-age=0, private"])
def test_what_the_view_says_itself_stands(kept, said):
    assert made_by(a_view(headers={"Cache-Control": said}), kept) == (said, 0)


def test_posted_request_is_not_kept(kept):
    request = RequestFactory().post("/page/")

    answer = PagesCache(a_view())(request)

    assert (answer["Cache-Control"], kept()) == (PRIVATE, 0)


# What a stranger can try


@pytest.mark.parametrize(
    "query",
    [
        "q=слово",
        "x=1",
        "page=0",
        "page=100",
        "page=1&page=2",
        "order=" + "a" * 61,
        "order=a%00b",
        "order=%3Cscript%3E",
        "write",
        "write=1",
        "after=%3Cb%3E",
        "sector=%FF",
        "&".join(f"a{n}=1" for n in range(30)),
        "utm_source=" + "a" * 600,
    ],
)
def test_query_that_is_not_known_is_answered_and_not_kept(client, kept, query):
    address = pages.cycle().url

    answer = client.get(f"{address}?{query}")

    assert answer.status_code == 200
    assert kept() == 0


def test_flood_of_queries_takes_no_more_room(client, kept):
    address = pages.cycle().url

    for n in range(3 * rules.PLACES):
        client.get(f"{address}?tag=word-{n}")

    assert 0 < kept() <= rules.PLACES


def test_flood_leaves_the_plain_page_alone(client, reader, settings):
    settings.SITE_URL = "http://testserver"
    address = pages.cycle().url
    reader.warm(address)

    for n in range(2 * rules.PLACES):
        client.get(f"{address}?tag=word-{n}")

    assert reader.is_kept(address)


def test_two_addresses_at_one_place_are_not_mixed_up(client):
    cycle = pages.cycle()
    found = {}
    for n in range(2 * rules.PLACES):
        request = RequestFactory().get(f"{cycle.url}?tag=word-{n}")
        found.setdefault(rules.address_of(request).place, []).append(n)
    one, other = next(numbers for numbers in found.values() if len(numbers) > 1)[:2]

    client.get(f"{cycle.url}?tag=word-{one}")
    answer = client.get(f"{cycle.url}?tag=word-{other}")

    assert f"word-{one}" not in answer.content.decode()
    assert f"word-{other}" in answer.content.decode()


def test_what_a_link_carries_reaches_nobody_else(client, reader):
    first = client.get("/?utm_source=spam.example&fbclid=evil&yclid=1")

    assert reader.is_kept("/")
    assert reader.is_kept("/?utm_campaign=other")
    assert "spam" not in first.content.decode()
    assert "evil" not in first.content.decode()


def test_empty_fields_of_the_filter_are_as_if_they_were_not_there(reader):
    address = pages.cycle().url
    reader.warm(address)

    assert reader.is_kept(f"{address}?q=&sector=&municipality=&status=")


def test_order_of_fields_does_not_matter(reader):
    address = pages.cycle().url
    reader.warm(f"{address}?order=top&page=2")

    assert reader.is_kept(f"{address}?page=2&order=top")


@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "testserver/", ""])
def test_foreign_host_is_refused_however_warm_the_page(client, reader, host):
    reader.warm("/")

    assert client.get("/", headers={"host": host}).status_code == 400


def test_forwarded_host_is_not_believed(client):
    one = idea()
    client.get(one.get_absolute_url(), headers={"x-forwarded-host": "evil.example"})

    assert "evil.example" not in client.get(one.get_absolute_url()).content.decode()
