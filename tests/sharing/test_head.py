import html
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crowd.sharing.queries import brief
from home.models import HomePage, NewsPage, StandardPage
from ideas.models import Idea
from tests.factories.accounts import account
from tests.factories.ideas import idea
from tests.factories.pages import campaign, cycle, discussion
from tests.factories.translations import translation as english

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
HOSTILE = "</script><img src=x onerror=alert(1)> ]]> & «ёж» \u2028"


def head(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().split("</head>")[0]


def links(text, rel):
    found = re.findall(rf'<link rel="{rel}"([^>]*)>', text)
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', one)) for one in found]


def meta(text, name):
    return html.unescape(re.search(rf'<meta (?:property|name)="{re.escape(name)}"\s+content="([^"]*)">', text)[1])


def data(text):
    return [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)]


def of_kind(text, kind):
    return [thing for thing in data(text) if thing["@type"] == kind]


def test_page_names_its_address_and_its_other_language(client):
    campaign(slug="servisy", title="Сервисы")

    russian, other = head(client, "/servisy/?order=top&page=1"), head(client, "/en/servisy/")

    assert links(russian, "canonical") == [{"href": f"{SITE}/servisy/"}]
    assert links(other, "canonical") == [{"href": f"{SITE}/en/servisy/"}]
    pair = [
        {"hreflang": "ru", "href": f"{SITE}/servisy/"},
        {"hreflang": "en", "href": f"{SITE}/en/servisy/"},
        {"hreflang": "x-default", "href": f"{SITE}/servisy/"},
    ]
    assert links(russian, "alternate")[:3] == pair
    assert links(other, "alternate")[:3] == pair
    assert "<title>Сервисы — Открытый регион</title>" in russian


def test_later_pages_of_a_list_keep_their_number(client):
    page = cycle()

    text = head(client, f"{page.url}?page=3&order=top")

    assert links(text, "canonical")[0]["href"].endswith("/?page=3")


def test_messengers_get_title_text_and_picture(client):
    page = campaign(slug="servisy", title="Сервисы", intro="Расскажите. " * 40)

    text = head(client, "/servisy/")

    assert meta(text, "og:title") == "Сервисы"
    assert meta(text, "og:site_name") == "Открытый регион"
    assert meta(text, "og:url") == f"{SITE}/servisy/"
    assert meta(text, "og:locale") == "ru_RU"
    assert meta(text, "og:type") == "website"
    assert meta(text, "twitter:card") == "summary_large_image"
    assert re.fullmatch(rf"{SITE}/share/campaign/{page.pk}-[0-9a-f]{{16}}\.png", meta(text, "og:image"))
    assert len(meta(text, "description")) <= 160
    assert meta(text, "description") == meta(text, "og:description")


def test_site_and_page_are_english_where_translated(client):
    english(HomePage.objects.get(), title="Open Region")
    english(campaign(slug="servisy", title="Сервисы"), title="Services", intro="Tell us")

    text = head(client, "/en/servisy/")

    assert "<title>Services — Open Region</title>" in text
    assert meta(text, "og:locale") == "en_GB"
    assert meta(text, "description") == "Tell us"
    assert [item["name"] for item in of_kind(text, "BreadcrumbList")[0]["itemListElement"]] == [
        "Open Region",
        "Services",
    ]


def test_home_page_is_a_site_with_a_search(client):
    things = data(head(client, "/"))

    assert [thing["@type"] for thing in things] == ["Organization", "WebSite"]
    assert things[1]["potentialAction"]["target"] == f"{SITE}/search/?q={{search_term_string}}"


def test_idea_is_a_posting_with_its_way(client):
    made = idea(cycle(campaign(slug="servisy", title="Сервисы"), title="Сбор", slug="ideas"), title="Автобусы")

    text = head(client, made.get_absolute_url())

    [posting] = of_kind(text, "DiscussionForumPosting")
    assert posting["headline"] == "Автобусы"
    assert posting["author"] == {"@type": "Person", "name": made.author.display_name}
    assert posting["interactionStatistic"]["userInteractionCount"] == 0
    trail = [item["name"] for item in of_kind(text, "BreadcrumbList")[0]["itemListElement"]]
    assert trail == ["Открытый регион", "Сервисы", "Сбор", "Автобусы"]


def test_news_are_an_article(client):
    news = campaign().add_child(instance=NewsPage(title="Открыт сбор", published_on=timezone.localdate()))

    [article] = of_kind(head(client, news.url), "NewsArticle")

    assert article["headline"] == "Открыт сбор"
    assert article["datePublished"].startswith(timezone.localdate().isoformat())


def test_questions_and_answers_are_told_as_such(client):
    body = [("accordion", [{"title": "Кто может?", "text": "<p>Любой <b>житель</b>.</p>"}])]
    page = HomePage.objects.get().add_child(instance=StandardPage(title="Вопросы", slug="faq", body=body))

    [faq] = of_kind(head(client, page.url), "FAQPage")

    assert faq["mainEntity"] == [
        {
            "@type": "Question",
            "name": "Кто может?",
            "acceptedAnswer": {"@type": "Answer", "text": "Любой житель."},
        }
    ]


def test_hostile_words_stay_words(client):
    made = idea(title=HOSTILE, problem=HOSTILE)

    text = head(client, made.get_absolute_url())

    assert "<img" not in text
    assert text.count("<script") == text.count("</script>")
    [posting] = of_kind(text, "DiscussionForumPosting")
    assert posting["text"] == HOSTILE
    assert meta(text, "og:title") == HOSTILE


@pytest.mark.parametrize("state", [Idea.Moderation.PENDING, Idea.Moderation.HIDDEN])
def test_idea_that_is_not_public_is_passed_on_by_nobody(client, state):
    author = account()
    made = idea(moderation=state, author=author)
    client.force_login(author)

    text = head(client, made.get_absolute_url())

    assert links(text, "canonical") == []
    assert data(text) == []
    assert '<meta name="robots" content="noindex">' in text


def test_forms_and_errors_have_no_address_of_their_own(client):
    page = cycle()

    assert links(head(client, f"/ideas/new/?cycle={page.pk}"), "canonical") == []
    assert "canonical" not in client.get("/nowhere/").content.decode()


def test_pages_name_their_feeds(client):
    page = campaign(slug="servisy")
    block = cycle(page, slug="ideas")

    feeds = [one["href"] for one in links(head(client, "/servisy/"), "alternate") if "type" in one]
    of_cycle = [one["href"] for one in links(head(client, block.url), "alternate") if "type" in one]

    assert feeds == [f"/feeds/news/{page.pk}/", "/feeds/news/"]
    assert of_cycle == [f"/feeds/ideas/{block.pk}/", "/feeds/news/"]


def test_head_and_breadcrumbs_read_the_way_once(client):
    block = discussion(campaign(slug="servisy"), slug="talk")
    client.get(block.url)

    with CaptureQueriesContext(connection) as captured:
        client.get(block.url)

    assert len([query for query in captured if '"wagtailcore_page"."path" IN (' in query["sql"]]) == 1


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("Коротко", 160, "Коротко"),
        ("Раз\n два   три", 160, "Раз два три"),
        ("Раз два, три четыре", 12, "Раз два…"),
        ("Неразрывноедлинноеслово", 10, "Неразрывн…"),
    ],
)
def test_brief_cuts_between_words(text, most, expected):
    assert brief(text, most) == expected
