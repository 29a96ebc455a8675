import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page

from crowd.campaigns.documents import page_text
from crowd.campaigns.models import BlockPage, CampaignPage, PageTranslation, Sector
from crowd.people.models import Municipality
from discussions.models import DiscussionPage
from home.models import HomePage, NewsIndexPage, NewsPage, PolicyPage, StandardPage
from ideas.models import IdeaCyclePage
from search.documents import registry
from tests.factories.accounts import account
from tests.factories.pages import campaign, cycle, discussion, phase
from tests.factories.translations import translation as english

pytestmark = pytest.mark.django_db

PAGES = (
    HomePage,
    StandardPage,
    NewsPage,
    NewsIndexPage,
    PolicyPage,
    CampaignPage,
    DiscussionPage,
    IdeaCyclePage,
)


def said(page, language):
    source = "{% load campaigns %}{% page_text page as text %}{{ text.title }}|{{ text.intro }}|{{ text.language }}"
    with translation.override(language):
        return Template(source).render(Context({"page": page}))


def test_page_text_is_the_translation_where_there_is_one():
    page = campaign(title="Сервисы", intro="Коротко")
    english(page, title="Services", intro="In short")

    assert said(page, "en") == "Services|In short|en"
    assert said(page, "ru") == "Сервисы|Коротко|ru"


def test_page_text_stays_russian_without_a_translation():
    page = campaign(title="Сервисы", intro="Коротко")
    english(page, title="Draft", live=False)

    assert said(page, "en") == "Сервисы|Коротко|ru"


def test_body_stays_russian_where_only_the_title_is_translated(client):
    body = [("heading", "Как это устроено")]
    page = HomePage.objects.get().add_child(instance=StandardPage(title="О площадке", slug="about", body=body))
    english(page, title="About")

    text = client.get("/en/about/").content.decode()

    assert 'lang="en">About</h1>' in text
    assert '<div class="prose" lang="ru">' in text
    assert "Как это устроено" in text


def test_page_text_of_no_page_is_nothing():
    assert Template("{% load campaigns %}{% page_text page as text %}{{ text }}").render(Context({})) == "None"


@pytest.mark.parametrize("model", PAGES)
def test_every_kind_of_page_may_be_translated(model):
    assert PageTranslation in model.allowed_subpage_models()


@pytest.mark.parametrize("model", [Page, BlockPage, PageTranslation])
def test_nothing_else_may_be_translated(model):
    assert model not in PageTranslation.allowed_parent_page_models()


def test_second_translation_into_one_language_is_refused():
    page = campaign()
    english(page)

    with pytest.raises(ValidationError):
        english(page, title="Again")


def test_editor_reads_beside_the_language_that_it_has_been_translated(client):
    page = campaign()
    english(page)
    client.force_login(account(is_superuser=True))
    address = reverse("wagtailadmin_pages:add", args=("campaigns", "pagetranslation", page.pk))
    body = {"body-count": "0"}

    response = client.post(address, {"language": "en", "title": "Again", "intro": ""} | body)

    assert response.context["form"].errors["language"] == ["Перевод на этот язык у страницы уже есть: измените его."]


def test_editor_translates_a_page_and_sees_it_before(client):
    page = campaign(slug="servisy")
    client.force_login(account(is_superuser=True))
    address = reverse("wagtailadmin_pages:add", args=("campaigns", "pagetranslation", page.pk))
    form = {"language": "en", "title": "Services", "intro": "In short", "body-count": "0"}
    preview = reverse("wagtailadmin_pages:preview_on_add", args=("campaigns", "pagetranslation", page.pk))

    client.post(preview, form)
    previewed = client.get(preview).content.decode()
    client.post(address, form | {"action-publish": "1"})

    assert '<html lang="en"' in previewed
    assert "Services" in previewed
    assert "Services" in client.get("/en/servisy/").content.decode()


def test_translation_leads_to_its_page_in_its_language(client):
    made = english(campaign(slug="servisy"))

    assert made.url == "/en/servisy/"
    assert client.get("/servisy/en/").url.endswith("/en/servisy/")
    assert client.get("/servisy/en/").status_code == 301


def test_pages_speak_english_where_translated_and_are_marked(client):
    page = campaign(slug="servisy", title="Сервисы", intro="Коротко", why="Так надо")
    block = discussion(page, slug="talk", title="Разговор", opens=())
    phase(block, "comment", name="Обсуждение")
    english(page, title="Services", body=[("heading", "What is going on")])

    text = client.get("/en/servisy/").content.decode()

    assert "<title>Services —" in text
    assert 'lang="en">Services</h1>' in text
    assert "What is going on" in text
    assert "Так надо" not in text
    assert 'lang="ru">Разговор</a>' in text


def test_translations_are_in_no_list(client):
    page = HomePage.objects.get().add_child(instance=StandardPage(title="О площадке", slug="about"))
    english(page, title="About us")
    english(HomePage.objects.get(), title="Open region")

    assert "About us" not in client.get("/about/").content.decode()
    assert "About us" not in client.get("/").content.decode()
    assert client.get("/en/about/").content.decode().count('href="/en/about/"') == 1


def translated_news(count):
    page = campaign(slug="servisy", title="Сервисы")
    english(page)
    for number in range(count):
        today = timezone.localdate()
        news = page.add_child(instance=NewsPage(title=f"Новость {number}", published_on=today))
        english(news, title=f"News {number}")
        english(discussion(page, title=f"Разговор {number}", slug=f"talk-{number}"), title=f"Talk {number}")
        english(cycle(page, title=f"Сбор {number}", slug=f"cycle-{number}"), title=f"Call {number}")
    return page


@pytest.mark.parametrize("language", ["ru", "en"])
def test_translated_cards_cost_no_query_each(client, language):
    page = translated_news(1)
    address = "/en/servisy/" if language == "en" else "/servisy/"

    def count():
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    count()
    few = count()
    for number in range(1, 30):
        english(discussion(page, title=f"Ещё {number}", slug=f"more-{number}"), title=f"More {number}")

    assert "More 29" in client.get("/en/servisy/").content.decode()
    assert count() == few


def test_names_are_english_for_who_reads_english():
    block = discussion(opens=())
    stage = phase(block, "comment", name="Обсуждение")
    stage.name_en = "Discussion"

    with translation.override("en"):
        words = [str(stage), str(Sector.objects.get(slug="urban")), str(Municipality.objects.get(slug="surgut"))]
        district = str(Municipality.objects.get(slug="surgutsky"))

    assert words == ["Discussion", "Urban environment", "Surgut"]
    assert district == "Surgutsky district"
    assert str(Municipality.objects.get(slug="surgutsky")) == "Сургутский район"


def test_every_sector_and_municipality_has_an_english_name():
    assert not Sector.objects.filter(name_en="").exists()
    assert not Municipality.objects.filter(name_en="").exists()


def test_page_is_found_by_its_words_in_either_language():
    page = campaign(title="Сервисы", slug="servisy")
    english(page, title="Services", intro="Tell us")
    kind = registry.kinds["page"]

    [document] = kind.documents([page.pk])
    with translation.override("en"):
        found = kind.found([page.pk], None)[page.pk]

    assert document.title == "Сервисы"
    assert document.body == "Services\nTell us"
    assert (found.title, found.language, found.text, found.url) == ("Services", "en", "Tell us", "/en/servisy/")
    assert page_text(page) == ""


def test_page_is_indexed_anew_when_its_translation_changes():
    page = campaign(title="Сервисы")
    kind = registry.kinds["page"]
    before = kind.versions([page.pk])[page.pk]

    made = english(page, title="Services")
    published = kind.versions([page.pk])[page.pk]
    made.unpublish()

    assert published > before
    assert kind.versions([page.pk])[page.pk] > published
    assert [one.body for one in kind.documents([page.pk])] == [""]
