"""Many readers at once, and a cache that goes away."""

import threading

import pytest
import redis
from django.core.cache import caches
from django.http import HttpResponse
from django.test import RequestFactory

from crowd.pages_cache import shown, store
from crowd.pages_cache.middleware import PagesCache
from crowd.pages_cache.shown import drop, shows
from tests.live.processes import start_redis, wait_until

READERS = 12
IDEA = {"idea:1"}


class Site:
    """A page that says how often it was made, and can be made slowly."""

    def __init__(self):
        self.made = 0
        self.making, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self.pages = PagesCache(self.view)

    def view(self, request):
        shows(request, *IDEA)
        self.made += 1
        made = self.made
        self.making.set()
        assert self.go_on.wait(30)
        return HttpResponse(f"Страница {made}")

    def read(self):
        return self.pages(RequestFactory().get("/page/")).content.decode()

    def hold(self):
        self.making.clear()
        self.go_on.clear()


@pytest.fixture
def site(monkeypatch):
    # No phase, no database.
    monkeypatch.setattr(shown, "boundaries", [])
    return Site()


class Readers:
    """Readers in threads of their own."""

    def __init__(self, site, count):
        self.got = []
        self.threads = [threading.Thread(target=lambda: self.got.append(site.read())) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def all_got(self):
        for thread in self.threads:
            thread.join(30)
        return sorted(self.got)


def test_one_of_many_makes_the_first_page(site):
    site.hold()
    readers = Readers(site, READERS)

    assert site.making.wait(30)
    site.go_on.set()

    assert readers.all_got() == ["Страница 1"] * READERS
    assert site.made == 1


def test_one_of_many_makes_the_page_of_which_something_was_taken_away(site, settings):
    settings.PAGES_CACHE_BEHIND_SECONDS = 3600
    site.read()
    drop(IDEA)
    site.hold()
    readers = Readers(site, READERS)

    assert site.making.wait(30)
    site.go_on.set()

    assert readers.all_got() == ["Страница 2"] * READERS
    assert site.made == 2


def test_what_was_added_may_wait(site, settings):
    settings.PAGES_CACHE_BEHIND_SECONDS = 3600
    site.read()

    for _ in range(50):
        drop(IDEA, gentle=True)
        site.read()

    assert site.made == 1


def test_what_was_added_does_not_wait_too_long(site, settings):
    settings.PAGES_CACHE_BEHIND_SECONDS = 0
    site.read()

    drop(IDEA, gentle=True)

    assert site.read() == "Страница 2"


def test_while_one_makes_it_the_others_get_the_page_as_it_was(site, settings):
    """Behind by more than a third of what is allowed, and less than all of it."""
    settings.PAGES_CACHE_BEHIND_SECONDS = 3600
    site.read()
    drop(IDEA, gentle=True)
    site.pages._right = {name: moment - 1800 for name, moment in site.pages._right.items()}
    site.hold()
    first = Readers(site, 1)
    assert site.making.wait(30)

    others = Readers(site, READERS).all_got()

    site.go_on.set()
    assert others == ["Страница 1"] * READERS
    assert first.all_got() == ["Страница 2"]
    assert site.read() == "Страница 2"
    assert site.made == 2


def test_process_that_never_knew_it_right_does_not_show_it(site, settings):
    settings.PAGES_CACHE_BEHIND_SECONDS = 3600
    site.read()
    drop(IDEA, gentle=True)
    other = PagesCache(site.view)

    assert other(RequestFactory().get("/page/")).content.decode() == "Страница 2"


def test_who_waits_in_vain_makes_it_himself(site, settings):
    """Whoever makes it does not come to an end."""
    site.hold()
    stuck = Readers(site, 1)
    assert site.making.wait(30)
    site.making.clear()
    late = Readers(site, 1)

    assert site.making.wait(30)

    site.go_on.set()
    assert stuck.all_got() + late.all_got() == ["Страница 1", "Страница 2"]


def test_page_that_cannot_be_kept_makes_nobody_wait_in_line(settings):
    barrier = threading.Barrier(READERS)
    first = threading.Event()

    def view(request):
        if first.is_set():
            # They all come here at once, or this breaks.
            barrier.wait(20)
        else:
            first.set()
        return HttpResponse("Нет", status=404)

    pages = PagesCache(view)
    got = []
    readers = [
        threading.Thread(target=lambda: got.append(pages(RequestFactory().get("/nowhere/")).status_code))
        for _ in range(READERS + 1)
    ]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join(30)

    assert got == [404] * (READERS + 1)


def test_view_that_fails_frees_the_others(site):
    def failing(request):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        PagesCache(failing)(RequestFactory().get("/page/"))

    assert site.read() == "Страница 1"


def test_version_that_was_lost_makes_the_page_old(site):
    site.read()

    caches["pages"].delete(store.soft("idea:1"))

    assert site.read() == "Страница 2"


# Redis


@pytest.fixture
def server(tmp_path, settings):
    """A Redis of one's own, and a connection that has not seen it away yet."""
    redis_server, usual = start_redis(tmp_path), settings.CACHES
    settings.CACHES = settings.CACHES | {
        "pages": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{redis_server.port}/0",
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.3},
        }
    }
    before, store.connection = store.connection, store.Connection()
    yield redis_server
    store.connection, settings.CACHES = before, usual
    redis_server.stop()


@pytest.mark.redis
def test_pages_are_kept_in_redis(server, site):
    assert [site.read(), site.read()] == ["Страница 1"] * 2


@pytest.mark.redis
def test_without_redis_each_page_is_made(server, site):
    site.read()
    server.stop()

    assert [site.read(), site.read()] == ["Страница 2", "Страница 3"]
    drop(IDEA)


@pytest.mark.redis
def test_redis_that_comes_back_as_it_was_shows_nothing_that_missed_a_change(server, site, tmp_path):
    """Cut off, not ended: it has the page and its versions still, and has not heard of the change."""
    site.read()
    client = redis.Redis(port=server.port)
    client.execute_command("CLIENT", "PAUSE", "2000", "ALL")
    drop(IDEA)
    assert site.read() == "Страница 2"

    wait_until(lambda: not store.connection._away, "Redis to answer again", seconds=30)

    assert site.read() == "Страница 3"
    assert site.read() == "Страница 3"
