"""From the editor's draft to the public: who may send, look, approve, send back, take down; and only in the own campaign."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import Page, TaskState, Workflow, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, streamfield

from crowd.people.actions import grant_role, revoke_role
from crowd.people.models import Person
from crowd.publishing.handlers import publish_what_is_due
from home.models import HomePage, NewsPage, StandardPage
from tests.factories import pages, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return people.person(is_superuser=True)


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def holder(admin):
    """Makes somebody who holds these roles in the campaign (None: in all)."""

    def made(campaign, *roles):
        person = people.person()
        for role in roles:
            grant_role(person=person, role=role, campaign=campaign, granted_by=admin)
        return person

    return made


def fresh(person):
    """The person as the next request reads it."""
    return Person.objects.get(pk=person.pk)


def news(campaign, title="Новость", **fields):
    return campaign.add_child(instance=NewsPage(title=title, published_on="2026-11-23", **fields))


def draft(campaign, editor, title="Черновик", **fields):
    page = news(campaign, title, live=False, **fields)
    page.save_revision(user=editor)
    return page


def submitted(page, editor):
    page.get_workflow().start(page, editor)
    return Page.objects.get(pk=page.pk).specific


def decide(client, page, action, **data):
    state = page.current_workflow_task_state
    return client.post(f"/admin/pages/workflow/action/{page.pk}/{action}/{state.pk}/", data)


def test_every_page_goes_one_way(campaign):
    [way] = Workflow.objects.filter(active=True)

    assert way.name == "Утверждение"
    assert [str(task.specific.__class__.__name__) for task in way.tasks] == ["ApprovalTask"]
    assert {page.get_workflow() for page in (HomePage.objects.get(), campaign, news(campaign))} == {way}


def test_an_editor_writes_and_submits_but_does_not_publish(client, campaign, holder):
    editor = holder(campaign, "editor")
    client.force_login(editor)
    fields = {"title": "Открыли приём", "slug": "otkryli", "published_on": "2026-11-23", "body": streamfield([])}

    tried = client.post(
        f"/admin/pages/add/home/newspage/{campaign.pk}/",
        nested_form_data(fields | {"intro": "", "action-publish": "action-publish"}),
    )
    page = NewsPage.objects.get(slug="otkryli")
    client.post(
        f"/admin/pages/{page.pk}/edit/",
        nested_form_data(fields | {"intro": "Уже", "action-submit": "action-submit"}),
    )

    assert tried.status_code == 302
    page.refresh_from_db()
    assert (page.live, page.workflow_in_progress) == (False, True)
    assert client.get(page.get_url_parts()[2]).status_code == 404


def test_the_approver_is_written_to_and_publishes(client, campaign, holder, mailoutbox):
    editor, approver = holder(campaign, "editor"), holder(campaign, "approver")
    holder(pages.campaign("Чужой"), "approver")
    page = submitted(draft(campaign, editor), editor)
    client.force_login(approver)

    home, looked = client.get("/admin/"), client.get(f"/admin/pages/{page.pk}/edit/")
    response = decide(client, page, "approve")

    assert [letter.to for letter in mailoutbox[:1]] == [[approver.email]]
    assert "Черновик" in home.content.decode()
    assert looked.status_code == 200
    assert response.status_code == 302
    page = NewsPage.objects.get(pk=page.pk)
    assert (page.live, page.workflow_in_progress) == (True, False)
    assert mailoutbox[-1].to == [editor.email]


def test_the_approver_sends_back_with_a_comment(client, campaign, holder, mailoutbox):
    editor, approver = holder(campaign, "editor"), holder(campaign, "approver")
    page = submitted(draft(campaign, editor), editor)
    client.force_login(approver)

    decide(client, page, "reject", comment="Нет даты окончания.")

    page = NewsPage.objects.get(pk=page.pk)
    state = page.current_workflow_state
    assert (page.live, state.status) == (False, WorkflowState.STATUS_NEEDS_CHANGES)
    assert state.current_task_state.comment == "Нет даты окончания."
    assert mailoutbox[-1].to == [editor.email]
    assert "Нет даты окончания." in mailoutbox[-1].body


def test_what_waits_is_not_edited_by_the_editor(client, campaign, holder):
    editor = holder(campaign, "editor")
    page = submitted(draft(campaign, editor), editor)
    client.force_login(editor)

    fields = {"title": "Подменили", "slug": page.slug, "published_on": "2026-11-23", "body": streamfield([])}
    client.post(f"/admin/pages/{page.pk}/edit/", nested_form_data(fields | {"intro": ""}))

    assert NewsPage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "Черновик"


def test_an_editor_approves_nothing(client, campaign, holder):
    editor = holder(campaign, "editor")
    page = submitted(draft(campaign, editor), editor)
    client.force_login(editor)

    decide(client, page, "approve")

    assert not NewsPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("role", ["moderator", "expert", "operator", "editor", "approver"])
def test_nobody_of_another_campaign_approves_or_sees_what_waits(client, campaign, holder, role):
    editor, stranger = holder(campaign, "editor"), holder(pages.campaign("Чужой"), role)
    page = submitted(draft(campaign, editor), editor)
    client.force_login(stranger)

    response = decide(client, page, "approve")

    assert response.status_code == 302
    assert not NewsPage.objects.get(pk=page.pk).live
    assert list(TaskState.objects.reviewable_by(fresh(stranger))) == []
    assert "Черновик" not in client.get("/admin/").content.decode()


def test_an_approver_of_all_campaigns_and_an_administrator_approve_everywhere(campaign, holder, admin):
    editor, approver = holder(campaign, "editor"), holder(None, "approver")
    text = HomePage.objects.get().add_child(instance=StandardPage(title="Правила", live=False))
    text.save_revision()
    states = {submitted(page, editor).current_workflow_task_state.pk for page in (draft(campaign, editor), text)}

    assert {state.pk for state in TaskState.objects.reviewable_by(fresh(approver))} == states
    assert {state.pk for state in TaskState.objects.reviewable_by(fresh(admin))} == states


def test_an_approver_of_one_campaign_approves_nothing_outside_of_it(holder, campaign):
    approver = holder(campaign, "approver")
    text = HomePage.objects.get().add_child(instance=StandardPage(title="Правила", live=False))
    text.save_revision()

    page = submitted(text, people.person())

    assert page.current_workflow_task.get_actions(page, fresh(approver)) == []


def test_only_the_approver_takes_down(client, campaign, holder):
    page = news(campaign)
    client.force_login(holder(campaign, "editor"))
    refused = client.post(f"/admin/pages/{page.pk}/unpublish/")
    kept = NewsPage.objects.get(pk=page.pk).live
    client.force_login(holder(campaign, "approver"))

    client.post(f"/admin/pages/{page.pk}/unpublish/")

    assert (refused.status_code, kept) == (302, True)
    assert not NewsPage.objects.get(pk=page.pk).live


def test_whoever_holds_both_roles_publishes_alone(client, campaign, holder):
    client.force_login(holder(campaign, "editor", "approver"))
    fields = {"title": "Сразу", "slug": "srazu", "published_on": "2026-11-23", "body": streamfield([]), "intro": ""}

    client.post(
        f"/admin/pages/add/home/newspage/{campaign.pk}/",
        nested_form_data(fields | {"action-publish": "action-publish"}),
    )

    assert NewsPage.objects.get(slug="srazu").live


def test_a_role_taken_back_takes_publishing_with_it(campaign, holder, admin):
    person = holder(campaign, "editor", "approver")
    revoke_role(role=person.roles.get(role="approver"), revoked_by=admin)

    may = news(campaign).permissions_for_user(fresh(person))

    assert (may.can_edit(), may.can_publish(), may.can_unpublish()) == (True, False, False)


def test_chooser_shows_no_drafts_of_another_campaign(client, campaign, holder):
    editor = holder(campaign, "editor")
    other = pages.campaign("Другой проект")
    draft(campaign, editor, "Своё черновое")
    draft(other, editor, "Чужое черновое")
    news(other, "Чужое общее")
    client.force_login(editor)

    own, others = (client.get(f"/admin/choose-page/{page.pk}/").json()["html"] for page in (campaign, other))

    assert "Своё черновое" in own
    assert "Чужое общее" in others
    assert "Чужое черновое" not in others


def test_page_goes_out_at_its_hour(campaign, holder):
    approver = holder(campaign, "editor", "approver")
    page = draft(campaign, approver, "К празднику")
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision(user=approver).publish(user=approver)
    publish_what_is_due()
    before = NewsPage.objects.get(pk=page.pk).live

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        publish_what_is_due()

    assert (before, NewsPage.objects.get(pk=page.pk).live) == (False, True)
