"""What engines and readers of feeds fetch: whole as XML, only what is public now, as cheap for many as for few."""

import json
import re
import urllib.robotparser
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from wagtail.models import PageViewRestriction

from crowd.sharing import queries
from home.models import HomePage, NewsPage, StandardPage
from ideas.models import Idea
from tests.factories.ideas import idea
from tests.factories.pages import campaign, cycle, discussion
from tests.factories.people import person
from tests.factories.translations import translation as english

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = "</title><script>alert(1)</script> ]]> & \x0b ёж"


def xml(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return ET.fromstring(response.content)


def locations(client, address):
    return [one.text for one in xml(client, address).findall(".//s:loc", MAP)]


def entries(client, address):
    return [one.text for one in xml(client, address).findall("a:entry/a:title", ATOM)]


def news(parent, title="Новость", days=0, **fields):
    day = timezone.localdate() - timedelta(days=days)
    return parent.add_child(instance=NewsPage(title=title, published_on=day, **fields))


def test_sitemap_leads_to_every_public_page_in_both_languages(client):
    page = campaign(slug="servisy")
    english(page)
    discussion(page, slug="talk")
    discussion(page, slug="draft", live=False)
    HomePage.objects.get().add_child(instance=StandardPage(title="О площадке", slug="about"))

    assert locations(client, "/sitemap.xml") == [f"{SITE}/sitemaps/pages.xml"]
    russian = [f"{SITE}{path}" for path in ("/", "/servisy/", "/servisy/talk/", "/about/")]
    found = locations(client, "/sitemaps/pages.xml")
    assert [one for one in found if "/en/" not in one] == russian
    assert [one for one in found if "/en/" in one] == [one.replace(SITE, f"{SITE}/en") for one in russian]


def test_sitemap_names_the_other_languages(client):
    campaign(slug="servisy")

    [url] = [one for one in xml(client, "/sitemaps/pages.xml") if one.find("s:loc", MAP).text == f"{SITE}/servisy/"]

    assert [(link.get("hreflang"), link.get("href")) for link in url.findall("x:link", MAP)] == [
        ("ru", f"{SITE}/servisy/"),
        ("en", f"{SITE}/en/servisy/"),
        ("x-default", f"{SITE}/servisy/"),
    ]


def test_sitemap_holds_the_ideas_that_lists_show(client):
    block = cycle(campaign(slug="servisy"), slug="ideas")
    shown = idea(block, title="Автобусы")
    idea(block, moderation=Idea.Moderation.PENDING)
    idea(block, moderation=Idea.Moderation.HIDDEN)
    idea(block, progress=Idea.Progress.WITHDRAWN)

    index = locations(client, "/sitemap.xml")
    [file] = [one for one in index if "ideas-" in one]

    assert locations(client, file.removeprefix(SITE)) == [SITE + shown.get_absolute_url()]
    assert (
        xml(client, file.removeprefix(SITE))
        .find(".//s:lastmod", MAP)
        .text.startswith(shown.published_at.date().isoformat())
    )


def test_sitemap_splits_ideas_by_their_ids(client, monkeypatch):
    monkeypatch.setattr(queries, "IDEAS_IN_A_FILE", 10)
    block, author = cycle(), person()
    now = timezone.now()
    Idea.objects.bulk_create(
        Idea(cycle=block, author=author, title=f"Идея {n}", moderation="published", published_at=now) for n in range(35)
    )

    with CaptureQueriesContext(connection) as captured:
        files = [one for one in locations(client, "/sitemap.xml") if "ideas-" in one]
    asked = len(captured)
    found = [one for file in files for one in locations(client, file.removeprefix(SITE))]

    assert len(files) in {4, 5}
    assert len(found) == len(set(found)) == 35
    assert asked < 10


def test_sitemap_costs_the_same_for_many_pages(client):
    page = campaign(slug="servisy")

    def count():
        with CaptureQueriesContext(connection) as captured:
            client.get("/sitemaps/pages.xml")
        return len(captured)

    count()
    few = count()
    for number in range(30):
        discussion(page, slug=f"talk-{number}", opens=())

    assert count() == few


def test_hidden_campaign_leaves_everything(client):
    page = campaign(slug="servisy")
    block = cycle(page, slug="ideas")
    idea(block, title="Автобусы")
    news(page, "Открыт сбор")
    assert entries(client, "/feeds/news/") == ["Открыт сбор"]
    assert entries(client, f"/feeds/ideas/{block.pk}/") == ["Автобусы"]

    page.unpublish()

    assert locations(client, "/sitemap.xml") == [f"{SITE}/sitemaps/pages.xml"]
    assert [one for one in locations(client, "/sitemaps/pages.xml") if "servisy" in one] == []
    assert entries(client, "/feeds/news/") == []
    assert client.get(f"/feeds/news/{page.pk}/").status_code == 404
    assert client.get(f"/feeds/ideas/{block.pk}/").status_code == 404


def test_private_page_is_in_no_file(client):
    page = campaign(slug="servisy")
    news(page, "Внутренняя")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    assert [one for one in locations(client, "/sitemaps/pages.xml") if "servisy" in one] == []
    assert entries(client, "/feeds/news/") == []


def test_feed_of_news_is_the_latest_first(client):
    page = campaign(slug="servisy")
    news(page, "Вчера", days=1)
    news(HomePage.objects.get(), "Сегодня")
    news(page, "Давно", days=30)
    news(page, "Черновик", live=False)

    feed = xml(client, "/feeds/news/")

    assert entries(client, "/feeds/news/") == ["Сегодня", "Вчера", "Давно"]
    assert entries(client, f"/feeds/news/{page.pk}/") == ["Вчера", "Давно"]
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "ru"
    assert [one.get("href") for one in feed.findall("a:link", ATOM)] == [f"{SITE}/", f"{SITE}/feeds/news/"]


def test_feed_speaks_english_where_news_are_translated(client):
    english(news(campaign()), title="The call is open")
    news(campaign(slug="other"), "Без перевода", days=1)

    assert entries(client, "/en/feeds/news/") == ["The call is open", "Без перевода"]


def test_feed_of_ideas_holds_the_latest_with_their_authors(client):
    block = cycle()
    now = timezone.now()
    for number in range(25):
        idea(block, title=f"Идея {number}", published_at=now - timedelta(hours=number))
    hidden = idea(block, title="Скрытая", moderation=Idea.Moderation.HIDDEN)

    feed = xml(client, f"/feeds/ideas/{block.pk}/")

    titles = [one.text for one in feed.findall("a:entry/a:title", ATOM)]
    assert titles == [f"Идея {number}" for number in range(20)]
    assert hidden.title not in titles
    assert feed.find("a:entry/a:author/a:name", ATOM).text.startswith("Житель")


def test_feed_is_well_formed_whatever_is_written(client):
    block = cycle()
    idea(block, title=HOSTILE, problem=HOSTILE, author=person(display_name="<b>&"))

    [title] = entries(client, f"/feeds/ideas/{block.pk}/")

    assert title == HOSTILE.replace("\x0b", "")


def test_feeds_and_files_are_not_sent_again_when_nothing_changed(client):
    block = cycle()
    idea(block)

    for address in ("/feeds/news/", f"/feeds/ideas/{block.pk}/", "/sitemap.xml", "/sitemaps/pages.xml", "/robots.txt"):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})

        # A feed shows what residents wrote: what is hidden must be gone at once.
        brief = "public, max-age=0, must-revalidate" if address.startswith("/feeds/") else "public, max-age=300"
        assert first["Cache-Control"] == brief
        assert (again.status_code, again.content) == (304, b"")

    idea(block, title="Ещё одна")
    changed = client.get(f"/feeds/ideas/{block.pk}/")
    since = client.get(f"/feeds/ideas/{block.pk}/", headers={"if-modified-since": changed["Last-Modified"]})

    assert "Ещё одна" in changed.content.decode()
    assert since.status_code == 304


def test_feed_of_ideas_costs_the_same_for_many(client):
    block = cycle()

    def count():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/feeds/ideas/{block.pk}/")
        return len(captured)

    idea(block)
    count()
    few = count()
    for _ in range(15):
        idea(block)

    assert count() == few


def test_robots_keeps_engines_off_what_is_nobodys_business(client):
    text = client.get("/robots.txt").content.decode()
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(text.splitlines())

    for path in (
        "/admin/",
        "/accounts/login/",
        "/en/accounts/login/",
        "/me/",
        "/en/me/",
        "/search/?q=x",
        "/ideas/new/",
        "/flags/new/?kind=idea&id=1",
    ):
        assert not rules.can_fetch("*", SITE + path)
    for path in ("/", "/servisy/", "/en/servisy/", "/ideas/1-x/", "/share/idea/1-0000000000000000.png"):
        assert rules.can_fetch("*", SITE + path)
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]
    assert client.get("/robots.txt")["Content-Type"] == "text/plain; charset=utf-8"


def test_manifest_names_the_site_and_its_icons(client):
    english(HomePage.objects.get(), title="Open Region")

    russian, other = client.get("/manifest.webmanifest"), client.get("/en/manifest.webmanifest")
    told = json.loads(russian.content)

    assert russian["Content-Type"] == "application/manifest+json"
    assert (told["name"], told["lang"], told["start_url"]) == ("Открытый регион", "ru", "/")
    assert (json.loads(other.content)["name"], json.loads(other.content)["start_url"]) == ("Open Region", "/en/")
    for icon in told["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        if icon["type"] == "image/png":
            with Image.open(path) as image:
                assert "x".join(map(str, image.size)) == icon["sizes"]
        else:
            assert path is not None


def test_pages_name_the_manifest_and_the_icons(client):
    text = client.get("/").content.decode()

    assert re.search(r'<link rel="manifest" href="/manifest.webmanifest">', text)
    assert re.search(r'<link rel="apple-touch-icon" href="/static/icons/apple-touch-icon.png">', text)
    assert re.search(r'<link rel="icon" href="/static/icons/site.svg" type="image/svg\+xml">', text)
