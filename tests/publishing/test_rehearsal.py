"""A page as it will be on a chosen date: with its drafts and phases, for staff only, and nothing of it stays."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.models import Page

from crowd import clock
from crowd.campaigns.models import CampaignPage, Phase
from crowd.campaigns.queries import open_activities
from crowd.publishing.stage import read_only, rehearsed
from discussions.models import Comment, DiscussionPage, Thread
from home.models import HomePage, NewsPage, StandardPage
from ideas.models import Idea, IdeaCyclePage, Vote
from tests.factories import pages, people
from tests.factories.ideas import idea

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def campaign():
    return pages.campaign("Цифровые сервисы")


@pytest.fixture
def editor(client, campaign):
    from crowd.people.actions import grant_role

    editor = people.person(display_name="Редактор Рая")
    grant_role(person=editor, role="editor", campaign=campaign, granted_by=people.person(is_superuser=True))
    client.force_login(editor)
    return editor


def on(days):
    return timezone.localtime(clock.now() + days * DAY).strftime("%Y-%m-%dT%H:%M")


def show(client, page, days=0, **query):
    return client.get(f"/admin/rehearsal/{page.pk}/", {"at": on(days)} | query)


def words(response):
    main = BeautifulSoup(response.content, "html.parser").main
    return " ".join(main.get_text(" ").split())


def write_draft(page, **fields):
    """A draft of a page as the admin saves it: the row stays, the revision has the new words."""
    draft = type(page).objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision()
    return type(page).objects.get(pk=page.pk)


def new_draft(parent, page):
    page.live = False
    parent.add_child(instance=page)
    page.save_revision()
    return page


def test_phases_are_shown_as_they_will_be(client, campaign, editor):
    cycle = pages.cycle(campaign, opens=())
    pages.phase(cycle, "submit", starts=10, ends=20, name="Приём идей")

    before, within, after = (words(show(client, cycle, days)) for days in (9, 11, 21))

    submit = "Предложить идею"
    assert (submit in before, submit in within, submit in after) == (False, True, False)


def test_home_shows_the_campaign_as_running_when_it_will_run(client, campaign):
    client.force_login(people.person(is_superuser=True))
    campaign.opens_at, campaign.closes_at = clock.now() + 10 * DAY, clock.now() + 20 * DAY
    campaign.save()
    home = HomePage.objects.get()

    today, then = words(show(client, home)), words(show(client, home, 15))

    assert "Скоро начнутся" in today
    assert "Скоро начнутся" not in then
    assert "Цифровые сервисы" in then


def test_drafts_of_the_page_and_of_its_blocks_stand_as_published(client, campaign, editor):
    discussion = pages.discussion(campaign, title="Было", opens=())
    discussion = write_draft(discussion, title="Стало")
    new_draft(campaign, NewsPage(title="Свежая новость", published_on="2026-11-23"))
    write_draft(campaign, intro="Вступление из черновика")

    drafts, live = show(client, campaign), show(client, campaign, show="live")

    for new in ("Стало", "Свежая новость", "Вступление из черновика"):
        assert (new in words(drafts), new in words(live)) == (True, False)
    assert "Было" in words(live)


def test_phases_of_a_draft_are_rehearsed(client, campaign, editor):
    cycle = pages.cycle(campaign, opens=("submit",))
    draft = IdeaCyclePage.objects.get(pk=cycle.pk)
    [phase] = draft.phases.all()
    phase.closes_at = clock.now() + 30 * DAY
    draft.phases = [phase]
    draft.save_revision()

    drafts, live = words(show(client, cycle, 20)), words(show(client, cycle, 20, show="live"))

    assert ("Предложить идею" in drafts, "Предложить идею" in live) == (True, False)


def test_a_page_that_was_never_public_is_rehearsed(client, campaign, editor):
    page = new_draft(campaign, DiscussionPage(title="Новое обсуждение"))

    response = show(client, page)

    assert "Новое обсуждение" in words(response)
    assert words(show(client, page, show="live")).startswith("В этот день жители эту страницу не увидят")


def test_a_page_taken_down_stays_down(client, campaign, editor):
    news = campaign.add_child(instance=NewsPage(title="Снятая новость", published_on="2026-11-23"))
    news.save_revision().publish()
    NewsPage.objects.get(pk=news.pk).unpublish()

    assert "Снятая новость" not in words(show(client, campaign))


def test_what_is_scheduled_comes_and_goes_in_time(client, campaign, editor):
    new_draft(campaign, NewsPage(title="Позже", published_on="2026-11-23", go_live_at=clock.now() + 5 * DAY))
    going = campaign.add_child(instance=NewsPage(title="Уйдёт", published_on="2026-11-23"))
    NewsPage.objects.filter(pk=going.pk).update(expire_at=clock.now() + 5 * DAY)

    before, after = words(show(client, campaign, 4)), words(show(client, campaign, 6))

    assert ("Позже" in before, "Уйдёт" in before) == (False, True)
    assert ("Позже" in after, "Уйдёт" in after) == (True, False)


def test_a_draft_that_is_not_complete_is_named_and_left_out(client, campaign, editor):
    new_draft(campaign, NewsPage(title="Целая", published_on="2026-11-23"))
    broken = new_draft(campaign, NewsPage(title="Половина", published_on="2026-11-23"))
    revision = NewsPage.objects.get(pk=broken.pk).latest_revision
    revision.content = revision.content | {"published_on": None}
    revision.save()

    response = show(client, campaign)

    assert ("Целая" in words(response), "Половина" in words(response)) == (True, False)
    bar = BeautifulSoup(response.content, "html.parser").find(class_="rehearsal")
    assert "«Половина»" in bar.get_text()


def rows():
    """Everything that a rehearsal could have changed."""
    models = (Page, CampaignPage, DiscussionPage, IdeaCyclePage, NewsPage, Phase, Thread, Comment, Idea, Vote)
    return {model: sorted(map(str, model.objects.values())) for model in models}


def test_nothing_of_a_rehearsal_stays(client, campaign, editor):
    pages.discussion(campaign)
    new_draft(campaign, DiscussionPage(title="Новое обсуждение"))
    cycle = pages.cycle(campaign)
    idea(cycle)
    write_draft(cycle, title="Другое название")
    before = rows()

    for page in (campaign, *Page.objects.descendant_of(campaign)):
        assert show(client, page, 5).status_code == 200

    assert rows() == before


def test_the_stage_refuses_writes(campaign):
    with pytest.raises(DatabaseError), rehearsed([], clock.now()):
        StandardPage.objects.update(intro="Ага")

    StandardPage.objects.update(intro="")
    assert rows()


def test_writes_are_possible_again_after_a_rehearsal(campaign):
    with transaction.atomic(), rehearsed([], clock.now()):
        assert CampaignPage.objects.exists()

    CampaignPage.objects.update(intro="Снова пишем")

    assert CampaignPage.objects.get().intro == "Снова пишем"


def test_read_only_ends_on_an_error_too(campaign):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), read_only():
        1 / 0  # noqa: B018 - the error is the point

    CampaignPage.objects.update(intro="Снова пишем")


def test_a_post_with_a_moment_opens_no_phase(client, campaign):
    cycle = pages.cycle(campaign, opens=())
    pages.phase(cycle, "vote", starts=10, ends=20)
    found = idea(cycle)
    client.force_login(people.person())

    response = client.post(f"/ideas/{found.pk}/vote/?at={on(15)}", {"value": "1", "at": on(15)})

    assert response.status_code == 409
    assert not Vote.objects.exists()


def test_a_rehearsal_is_not_posted_to(client, campaign, editor):
    assert client.post(f"/admin/rehearsal/{campaign.pk}/", {"at": on(1)}).status_code == 405


def test_the_moment_ends_with_the_block(campaign):
    cycle = pages.cycle(campaign, opens=())
    pages.phase(cycle, "vote", starts=10, ends=20)

    with clock.at(clock.now() + 15 * DAY):
        within = open_activities(cycle.pk), clock.is_rehearsal()

    assert within == ({"vote"}, True)
    assert (open_activities(cycle.pk), clock.is_rehearsal()) == (frozenset(), False)


def test_the_rehearsed_moment_is_the_same_in_every_zone():
    moment = datetime(2026, 11, 12, 10, tzinfo=timezone.get_default_timezone())

    with clock.at(moment):
        assert clock.now() == moment
        assert clock.now().tzinfo is UTC


def test_links_stay_in_the_rehearsal_and_forms_do_nothing(client, campaign, editor):
    cycle = pages.cycle(campaign)
    idea(cycle)
    moment = on(3)

    soup = BeautifulSoup(show(client, cycle, 3).content, "html.parser")

    bar = soup.find(class_="rehearsal").extract()
    led = {link["href"] for link in soup("a", href=True) if not link["href"].startswith("#")}
    up = f"/admin/rehearsal/{campaign.pk}/?at={moment.replace(':', '%3A')}&show=drafts"
    assert up in led
    assert {href for href in led if not href.startswith("/admin/rehearsal/")} == set()
    assert soup("script") == []
    assert all(form.has_attr("inert") and not form.has_attr("action") for form in soup("form"))
    controls = [control for form in soup("form") for control in form(["button", "input", "select", "textarea"])]
    assert controls
    assert all(control.has_attr("disabled") for control in controls)
    assert bar.form["method"] == "get"
    assert "inert" not in bar.form.attrs


def test_the_reader_is_nobody(client, campaign, editor):
    discussion = pages.discussion(campaign)

    response = show(client, discussion)

    page = BeautifulSoup(response.content, "html.parser")
    page.find(class_="rehearsal").extract()
    assert "Редактор Рая" not in page.get_text()
    assert "csrfmiddlewaretoken" not in str(page)
    assert "Войти" in page.find("header").get_text()


def test_a_rehearsal_is_private_and_runs_no_script(client, campaign, editor):
    response = show(client, campaign)

    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Robots-Tag"] == "noindex"
    assert "script-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert response.cookies.keys() <= {"sessionid"}


@pytest.mark.parametrize("at", ["12 ноября", "2026-02-30T10:00", "1500-01-01T00:00", "9999-01-01T00:00", ""])
def test_a_moment_that_is_none_is_named_beside_its_field(client, campaign, editor, at):
    response = client.get(f"/admin/rehearsal/{campaign.pk}/", {"at": at})

    assert response.status_code == 422
    field = BeautifulSoup(response.content, "html.parser").find(id="id_at")
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "id_at_error"


def test_without_a_moment_the_present_is_shown(client, campaign, editor):
    response = client.get(f"/admin/rehearsal/{campaign.pk}/")

    assert response.status_code == 200
    assert BeautifulSoup(response.content, "html.parser").find(id="id_at")["value"] == on(0)


def test_the_boundaries_of_phases_are_a_click_away(client, campaign, editor):
    cycle = pages.cycle(campaign, opens=())
    at = datetime(2030, 11, 12, 9, tzinfo=timezone.get_default_timezone())
    Phase.objects.create(page=cycle, name="Приём", opens_at=at, closes_at=at + DAY, submit=True)

    bar = BeautifulSoup(show(client, campaign).content, "html.parser").find(class_="rehearsal")

    moments = [link["href"].split("at=")[1].split("&")[0] for link in bar.ul("a")]
    assert moments == ["2030-11-12T08%3A59", "2030-11-12T09%3A00", "2030-11-13T08%3A59", "2030-11-13T09%3A00"]


@pytest.mark.parametrize("role", ["moderator", "expert", "operator"])
def test_other_staff_rehearse_nothing(client, campaign, role):
    client.force_login(people.with_role(role, campaign))

    assert show(client, campaign).status_code == 404


def test_an_approver_rehearses_the_own_campaign_only(client, campaign):
    from crowd.people.actions import grant_role

    approver, other = people.person(), pages.campaign("Чужой")
    grant_role(person=approver, role="approver", campaign=campaign, granted_by=people.person(is_superuser=True))
    client.force_login(approver)

    assert show(client, campaign).status_code == 200
    assert show(client, other).status_code == 404
    assert show(client, HomePage.objects.get()).status_code == 404
    assert client.get("/admin/rehearsal/999999/").status_code == 404


def test_the_admin_leads_to_the_rehearsal(client, campaign, editor):
    address = f"/admin/rehearsal/{campaign.pk}/"

    assert address in client.get(f"/admin/pages/{campaign.pk}/edit/").content.decode()
    assert address in client.get(f"/admin/pages/{campaign.pk}/").content.decode()


@pytest.mark.parametrize("vendor", [pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_postgresql_refuses_by_itself(vendor):
    assert connection.vendor == vendor

    with (
        pytest.raises(DatabaseError, match="read-only transaction"),
        rehearsed([], clock.now()),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM ideas_vote")
