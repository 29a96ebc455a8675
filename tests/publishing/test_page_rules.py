"""What may stand where, what its address may be, and how each page is previewed before it was ever saved."""

import pytest
from django.apps import apps
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from crowd.campaigns.forms import SitePageForm
from crowd.campaigns.models import BlockPage, CampaignPage
from crowd.campaigns.segments import is_reserved, reserved
from home.models import HomePage, NewsPage, StandardPage
from tests.factories import pages, people
from tests.test_access import routes

pytestmark = pytest.mark.django_db

OWN_APPS = {"campaigns", "discussions", "ideas", "home"}


@pytest.fixture
def admin(client):
    admin = people.person(is_superuser=True)
    client.force_login(admin)
    return admin


def page_types():
    return [model for model in apps.get_models() if issubclass(model, Page) and model._meta.app_label in OWN_APPS]


def creatable_under(model):
    return {child._meta.label for child in model.creatable_subpage_models()}


def test_each_page_stands_where_it_is_shown():
    translation = "campaigns.PageTranslation"
    campaign, discussion, cycle = "campaigns.CampaignPage", "discussions.DiscussionPage", "ideas.IdeaCyclePage"
    news, index, text, policy = "home.NewsPage", "home.NewsIndexPage", "home.StandardPage", "home.PolicyPage"
    expected = {
        "home.HomePage": {campaign, text, policy, index, news, translation},
        campaign: {discussion, cycle, news, index, translation},
        discussion: {translation},
        cycle: {translation},
        text: {text, translation},
        policy: {translation},
        index: {news, translation},
        news: {translation},
        translation: set(),
    }

    assert {model._meta.label: creatable_under(model) for model in page_types() if model is not BlockPage} == expected


def test_there_is_one_home_page(admin):
    assert not HomePage.can_create_at(Page.get_first_root_node())
    assert creatable_under(Page) == {"home.HomePage"}


def test_every_page_beneath_home_keeps_off_the_sites_own_addresses():
    beneath = [m for m in HomePage.creatable_subpage_models() if m._meta.label != "campaigns.PageTranslation"]

    assert {model for model in beneath if not issubclass(model.base_form_class, SitePageForm)} == set()


def test_the_first_segment_of_every_own_address_is_reserved():
    firsts = {route.lstrip("^").split("/")[0] for route in routes()}
    plain = {first for first in firsts if first and first.replace("-", "").replace("_", "").isalnum()}

    assert plain - reserved() == set()
    assert {"search", "ideas", "threads", "me", "accounts", "en", "ru", "ws", "api", "static"} <= reserved()
    assert (is_reserved("Search"), is_reserved("novosti")) == (True, False)


def campaign_form(**fields):
    lists = {"experts": inline_formset([]), "outcomes": inline_formset([])}
    stream = {"body": streamfield([]), "results": streamfield([])}
    return nested_form_data(
        {"title": "Проект", "slug": "proekt", "intro": "", "why": "", "responsible_body": "", "opens_at": ""}
        | {"closes_at": "", "cover": "", "cover_alt": "", "cover_description": ""}
        | lists
        | stream
        | fields
    )


def errors(response):
    return {name: [str(e) for e in found] for name, found in response.context["form"].errors.items()}


@pytest.mark.parametrize("slug", ["search", "ideas", "en", "static"])
def test_an_address_of_the_site_itself_is_refused_beside_the_field(client, admin, slug):
    home = HomePage.objects.get()

    response = client.post(f"/admin/pages/add/campaigns/campaignpage/{home.pk}/", campaign_form(slug=slug))

    assert errors(response) == {"slug": ["Этот адрес занят самим сайтом. Выберите другой."]}


def test_deeper_the_same_address_is_free(client, admin):
    text = HomePage.objects.get().add_child(instance=StandardPage(title="О проекте"))
    fields = {"title": "Поиск", "slug": "search", "intro": "", "body": streamfield([])}

    client.post(f"/admin/pages/add/home/standardpage/{text.pk}/", nested_form_data(fields))

    assert StandardPage.objects.get(slug="search").get_parent().pk == text.pk


def test_a_page_is_not_moved_or_copied_onto_an_address_of_the_site(client, admin):
    home = HomePage.objects.get()
    text = home.add_child(instance=StandardPage(title="О проекте"))
    beneath = text.add_child(instance=StandardPage(title="Поиск", slug="search"))

    client.post(f"/admin/pages/{beneath.pk}/move/{home.pk}/confirm/")
    client.post(
        f"/admin/pages/{beneath.pk}/copy/",
        {"new_title": "Поиск", "new_slug": "search", "new_parent_page": home.pk, "alias": ""},
    )

    assert [page.get_parent().pk for page in StandardPage.objects.filter(slug="search")] == [text.pk]


def test_a_campaign_that_ends_before_it_begins_is_refused_beside_the_field(client, admin):
    home = HomePage.objects.get()
    dates = {"opens_at": "2030-02-01 00:00", "closes_at": "2030-01-01 00:00"}

    response = client.post(
        f"/admin/pages/add/campaigns/campaignpage/{home.pk}/", campaign_form(**dates, **{"action-publish": "1"})
    )

    assert errors(response) == {"closes_at": ["Окончание должно быть позже начала."]}
    assert not CampaignPage.objects.exists()


def block_form(*phases):
    return nested_form_data(
        {"title": "Обсуждение", "slug": "obsuzhdenie", "intro": "", "comments_premoderation": "nobody"}
        | {"phases": inline_formset(list(phases)), "body": streamfield([])}
        | {"rated_services": inline_formset([]), "questions": inline_formset([])}
    )


def test_a_phase_outside_of_the_campaign_is_let_pass_with_a_word(client, admin):
    campaign = pages.campaign(opens_at="2030-01-01T00:00+05:00", closes_at="2030-06-01T00:00+05:00")
    late = {"name": "Поздний", "opens_at": "2030-05-01 00:00", "closes_at": "2030-07-01 00:00", "comment": "on"}
    within = {"name": "Ранний", "opens_at": "2030-01-01 00:00", "closes_at": "2030-02-01 00:00", "comment": "on"}

    response = client.post(
        f"/admin/pages/add/discussions/discussionpage/{campaign.pk}/", block_form(within, late), follow=True
    )

    said = [str(message) for message in response.context["messages"]]
    assert any("Этап «Поздний» выходит за сроки проекта" in text for text in said)
    assert not any("«Ранний»" in text for text in said)


@pytest.mark.parametrize(
    ("app", "model"),
    [
        ("campaigns", "campaignpage"),
        ("discussions", "discussionpage"),
        ("ideas", "ideacyclepage"),
        ("home", "newspage"),
        ("home", "newsindexpage"),
        ("home", "standardpage"),
        ("home", "policypage"),
    ],
)
def test_a_page_is_previewed_before_it_was_ever_saved(client, admin, app, model):
    parent = pages.campaign() if model in {"discussionpage", "ideacyclepage", "newspage"} else HomePage.objects.get()
    phase = {"name": "Этап", "opens_at": "2030-05-01 00:00", "closes_at": "2030-07-01 00:00"}
    version = {"in_force_from": "2026-01-01", "changes": "", "body": '{"blocks": [], "entityMap": {}}'}
    form = campaign_form(
        title="Ещё не сохранена",
        slug="novaya",
        published_on="2026-11-23",
        kind="other",
        comments_premoderation="nobody",
        phases=inline_formset([phase]),
        rated_services=inline_formset([]),
        questions=inline_formset([]),
        versions=inline_formset([version]),
        **pages.CYCLE_FORM,
    )
    address = f"/admin/pages/add/{app}/{model}/{parent.pk}/preview/"

    posted = client.post(address, form)
    shown = client.get(address)

    assert posted.json() == {"is_valid": True, "is_available": True}
    assert shown.status_code == 200
    assert "Ещё не сохранена" in shown.content.decode()
    assert not Page.objects.filter(slug="novaya").exists()


@pytest.mark.parametrize("make", [pages.campaign, pages.discussion, pages.cycle])
def test_a_draft_is_previewed_and_leaves_nothing(client, admin, make):
    page = make(live=False)
    page.save_revision()

    shown = client.get(f"/admin/pages/{page.pk}/view_draft/")

    assert shown.status_code == 200
    assert page.title in shown.content.decode()
    assert not page.threads.exists() if hasattr(page, "threads") else True


def test_the_checker_of_accessibility_comes_with_the_page_to_editors_only(client):
    news = pages.campaign().add_child(instance=NewsPage(title="Новость", published_on="2026-11-23"))
    anonymous = client.get(news.url).content.decode()
    client.force_login(people.person())
    resident = client.get(news.url).content.decode()
    client.force_login(people.with_role("editor", news.get_parent()))
    editor = client.get(news.url)

    assert ("wagtail-userbar" in anonymous, "wagtail-userbar" in resident) == (False, False)
    assert "nonce" not in anonymous
    assert "wagtail-userbar" in editor.content.decode()
    assert "unsafe" not in editor["Content-Security-Policy"]
