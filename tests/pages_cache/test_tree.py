"""What all pages ask alike about Wagtail's tree is asked once; what editors change holds from the next request on."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.models import Page, PageViewRestriction, Site

from crowd.campaigns import views
from crowd.campaigns.models import CampaignPage
from crowd.publishing.stage import rehearsed
from discussions.actions import open_thread
from home.models import HomePage, StandardPage
from ideas.models import IdeaCyclePage
from tests.factories import pages
from tests.factories.comments import comment
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db

# What the issue of speed allows for a page, whoever reads it.
MOST = 12


@pytest.fixture
def resident(client):
    """Somebody who is signed in, for whom each page is made anew."""
    client.force_login(person())
    return client


def statements(client, address):
    """Return how many statements the page costs where others of the same site have been read before."""
    client.get("/")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in asked]


@pytest.mark.parametrize("order", ["fair", "top", "new", "discussed"])
def test_list_of_ideas_asks_little(resident, committed, order):
    with committed():
        cycle = pages.cycle()
        for number in range(25):
            idea(cycle, tags=[f"метка {number % 3}"])

    asked = statements(resident, f"{cycle.url}?order={order}")

    assert len(asked) <= MOST, "\n".join(asked)


def test_page_of_an_idea_asks_little(resident, committed):
    with committed():
        found = idea(tags=["двор", "свет"])
        talk = open_thread(host_kind="idea", host_id=found.pk, block=found.cycle)
        for _ in range(5):
            comment(talk)

    asked = statements(resident, found.get_absolute_url())

    assert len(asked) <= MOST, "\n".join(asked)


def unpublish(page):
    page.specific.unpublish()


def delete(page):
    page.specific.delete()


def make_private(page):
    PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.add(
        Group.objects.create(name="Узкий")
    )


def move_away(page):
    page.specific.move(HomePage.objects.get(), pos="last-child")


def rename(page):
    page.specific.slug = "inache"
    page.specific.save()


@pytest.mark.parametrize("change", [unpublish, delete, make_private, move_away, rename])
def test_page_that_editors_took_away_is_gone_at_once(resident, committed, change):
    with committed():
        campaign = pages.campaign()
        text = campaign.add_child(instance=StandardPage(title="О проекте", slug="o-proekte"))
    assert [resident.get(text.url).status_code for _ in range(2)] == [200, 200]

    with committed():
        change(Page.objects.get(pk=text.pk))

    assert resident.get(text.url).status_code != 200


@pytest.mark.parametrize("change", [unpublish, make_private])
def test_what_stands_beneath_goes_along(resident, committed, change):
    with committed():
        cycle = pages.cycle()
        found = idea(cycle)
    for address in (cycle.url, found.get_absolute_url()):
        resident.get(address)

    with committed():
        change(cycle.get_parent())

    assert resident.get(cycle.url).status_code != 200
    assert resident.get(found.get_absolute_url()).status_code == 404


def test_page_that_came_back_is_there_at_once(resident, committed):
    with committed():
        cycle = pages.cycle()
        cycle.get_parent().specific.unpublish()
    assert resident.get(cycle.url).status_code == 404

    with committed():
        CampaignPage.objects.get(pk=cycle.get_parent().pk).save_revision().publish()

    assert resident.get(cycle.url).status_code == 200


def test_a_new_page_takes_the_address_of_an_old_one(resident, committed):
    with committed():
        campaign = pages.campaign()
        old = campaign.add_child(instance=StandardPage(title="Прежний текст", slug="tekst"))
    assert "Прежний текст" in resident.get(old.url).content.decode()

    with committed():
        old.delete()
        CampaignPage.objects.get(pk=campaign.pk).add_child(instance=StandardPage(title="Новый текст", slug="tekst"))

    assert "Новый текст" in resident.get(old.url).content.decode()


def test_trail_follows_the_names(resident, committed):
    with committed():
        cycle = pages.cycle()
    resident.get(cycle.url)

    with committed():
        campaign = CampaignPage.objects.get(pk=cycle.get_parent().pk)
        campaign.title = "Другое имя"
        campaign.save_revision().publish()

    assert "Другое имя" in resident.get(cycle.url).content.decode()


def test_rehearsal_leaves_nothing_behind(resident, committed, rf):
    """On the stage drafts stand as if published: what was found out there is nobody else's."""
    from crowd.clock import now
    from crowd.memo import one_reading
    from crowd.pages_cache.shown import Shown
    from crowd.tree import remember_route

    with committed():
        draft = IdeaCyclePage.objects.get(pk=pages.cycle().pk)
        draft.unpublish()
        draft.save_revision()
    path = "/".join(draft.url_path.split("/")[2:])

    with one_reading(Shown(kept=False)), rehearsed([Page.objects.get(pk=draft.pk)], now()):
        request = rf.get("/")
        remember_route(request, path)
        assert request._wagtail_route_for_request.page.pk == draft.pk

    assert resident.get(draft.url).status_code == 404


def test_password_opens_a_private_page(client, committed):
    with committed():
        text = HomePage.objects.get().add_child(instance=StandardPage(title="Для своих", slug="dlya-svoih"))
        restriction = PageViewRestriction.objects.create(page=text, restriction_type="password", password="мыс")
    door = reverse("wagtailcore_authenticate_with_password", args=(restriction.pk, text.pk))

    asked = client.get(text.url)
    opened = client.post(door, {"password": "мыс", "return_url": "/dlya-svoih/"})

    assert "Для своих" not in strip_tags(asked.content.decode())
    assert (opened.status_code, opened["Location"]) == (302, "/dlya-svoih/")
    assert "Для своих" in client.get(text.url).content.decode()


def test_private_page_leads_to_signing_in(client, committed):
    with committed():
        text = HomePage.objects.get().add_child(instance=StandardPage(title="Для своих", slug="dlya-svoih"))
        PageViewRestriction.objects.create(page=text, restriction_type="login")

    assert client.get(text.url).status_code == 302
    assert client.get(reverse("wagtailcore_login")).status_code != 404


@pytest.mark.parametrize("change", [unpublish, make_private])
def test_page_taken_away_while_it_is_made_is_not_kept(client, committed, monkeypatch, change):
    """An editor commits between the finding of the page and its drawing."""
    with committed():
        text = HomePage.objects.get().add_child(instance=StandardPage(title="О площадке", slug="o-ploshchadke"))
    found = views.remember_route

    def find_and_change(request, path):
        found(request, path)
        with committed():
            change(Page.objects.get(pk=text.pk))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(views, "remember_route", find_and_change)
        client.get(text.url)

    assert client.get(text.url).status_code != 200


@pytest.fixture
def _no_second_site_is_left():
    """Wagtail keeps the sites in the process, where the end of the test's transaction does not reach them."""
    yield
    Site.clear_site_root_paths_cache()


@pytest.mark.usefixtures("_no_second_site_is_left")
@pytest.mark.parametrize("host", ["Vtoroj.Example", "vtoroj.example."])
def test_host_is_known_however_it_is_written(client, committed, settings, host):
    settings.ALLOWED_HOSTS = ["*"]
    with committed():
        second = Page.objects.get(depth=1).add_child(
            instance=HomePage(title="Второй сайт", slug="vtoroj", intro="Второй")
        )
        Site.objects.create(hostname="vtoroj.example", root_page=second)

    assert "Второй" in client.get("/", headers={"Host": host}).content.decode()
