"""A draft that moves phases which the public relies on shows what it moves, and is published only if that was seen."""

from datetime import timedelta

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from crowd import clock
from crowd.campaigns.models import Phase
from crowd.people.actions import grant_role
from crowd.publishing.queries import phases_difference
from discussions.models import DiscussionPage
from home.models import NewsPage
from tests.factories import pages, people

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def discussion():
    page = pages.discussion()
    # As an editor types them.
    for phase in page.phases.all():
        phase.opens_at, phase.closes_at = whole(phase.opens_at), whole(phase.closes_at)
        phase.save()
    page = DiscussionPage.objects.get(pk=page.pk)
    page.save_revision().publish()
    return DiscussionPage.objects.get(pk=page.pk)


@pytest.fixture
def publisher(client, discussion):
    person = people.person()
    for role in ("editor", "approver"):
        grant_role(
            person=person, role=role, campaign=discussion.get_parent(), granted_by=people.person(is_superuser=True)
        )
    client.force_login(person)
    return person


def whole(moment):
    return moment.replace(second=0, microsecond=0)


def moved(page, days=1, **fields):
    """A draft whose phase closes later."""
    draft = DiscussionPage.objects.get(pk=page.pk)
    [phase] = draft.phases.all()
    phase.closes_at += days * DAY
    for name, value in fields.items():
        setattr(phase, name, value)
    draft.phases = [phase]
    draft.save_revision()
    return DiscussionPage.objects.get(pk=page.pk)


def closes_at(page):
    return Phase.objects.get(page=page).closes_at


def fields_of(change):
    return [(str(field.label), field.before, field.after) for field in change.fields]


def test_what_changes_is_told_field_by_field(discussion):
    before = closes_at(discussion)

    difference = phases_difference(moved(discussion, name="Продлили"))

    [change] = difference.changes
    assert (change.kind, change.name) == ("changed", "Этап")
    assert fields_of(change) == [("название", "Этап", "Продлили"), ("окончание", before, before + DAY)]


def test_a_new_and_a_removed_phase_are_told(discussion):
    draft = DiscussionPage.objects.get(pk=discussion.pk)
    opens, closes = whole(clock.now()), whole(clock.now()) + DAY
    draft.phases = [Phase(name="Новый", opens_at=opens, closes_at=closes, comment=True)]
    draft.save_revision()

    difference = phases_difference(DiscussionPage.objects.get(pk=discussion.pk))

    assert [(change.kind, change.name) for change in difference.changes] == [("added", "Новый"), ("removed", "Этап")]
    assert fields_of(difference.changes[0]) == [
        ("начало", None, opens),
        ("окончание", None, closes),
        ("комментировать", None, True),
    ]


def test_a_draft_with_other_words_and_the_same_phases_differs_in_nothing(discussion):
    discussion.title = "Другое название"
    discussion.save_revision()

    assert not phases_difference(discussion)


def test_what_is_not_public_or_has_no_phases_differs_in_nothing(discussion):
    campaign = discussion.get_parent()
    news = campaign.add_child(instance=NewsPage(title="Новость", published_on="2026-11-23"))
    discussion.unpublish()

    assert not phases_difference(moved(discussion))
    assert not phases_difference(news)
    assert not phases_difference(campaign)


def test_another_difference_has_another_fingerprint(discussion):
    first = phases_difference(moved(discussion)).fingerprint
    same = phases_difference(DiscussionPage.objects.get(pk=discussion.pk)).fingerprint

    assert first == same
    assert phases_difference(moved(discussion, days=2)).fingerprint != first


def publish(client, page, closes):
    [phase] = page.phases.all()
    form = {"id": phase.pk, "name": phase.name, "opens_at": "2026-01-01 09:00", "closes_at": closes, "comment": "on"}
    fields = {
        "title": page.title,
        "slug": page.slug,
        "intro": "",
        "phases": inline_formset([form], initial=1),
        "body": streamfield([]),
        "comments_premoderation": "nobody",
        "rated_services": inline_formset([]),
        "questions": inline_formset([]),
        "action-publish": "action-publish",
    }
    return client.post(f"/admin/pages/{page.pk}/edit/", nested_form_data(fields), follow=True)


def test_publishing_asks_once_and_keeps_the_draft_meanwhile(client, discussion, publisher):
    before = closes_at(discussion)

    asked = publish(client, discussion, "2030-02-03 18:00")
    kept = closes_at(discussion)
    address, difference = asked.redirect_chain[-1][0], asked.context["difference"]
    client.post(address, {"seen": difference.fingerprint})

    assert address == f"/admin/publishing/{discussion.pk}/phases/"
    assert "3 февраля 2030, 18:00" in asked.content.decode()
    assert kept == before
    assert closes_at(discussion).year == 2030


def test_a_difference_that_was_not_shown_is_not_published(client, discussion, publisher):
    before = closes_at(discussion)
    seen = publish(client, discussion, "2030-02-03 18:00").context["difference"].fingerprint
    moved(discussion, days=100)

    refused = [client.post(f"/admin/publishing/{discussion.pk}/phases/", data) for data in ({"seen": seen}, {})]

    assert [response.status_code for response in refused] == [409, 409]
    assert closes_at(discussion) == before


def test_many_at_once_are_sent_to_be_published_one_by_one(client, discussion, publisher):
    moved(discussion)
    before = closes_at(discussion)

    response = client.post(f"/admin/bulk/wagtailcore/page/publish/?id={discussion.pk}", {"include_descendants": ""})

    assert response.status_code == 302
    assert closes_at(discussion) == before


def test_the_approver_sees_the_difference_before_approving(client, discussion, publisher):
    page = moved(discussion)
    before = closes_at(discussion)
    page.get_workflow().start(page, people.person())
    page = DiscussionPage.objects.get(pk=page.pk)
    address = f"/admin/pages/workflow/action/{page.pk}/approve/{page.current_workflow_task_state.pk}/"

    actions = page.current_workflow_task.get_actions(page, publisher)
    window = client.get(address).json()["html"]
    blind = client.post(address)
    kept = closes_at(discussion)
    client.post(address, {"seen": phases_difference(page).fingerprint, "comment": ""})

    assert [(name, asks) for name, _label, asks in actions] == [("reject", True), ("approve", True)]
    assert phases_difference(page).changes == []
    assert "окончание" in window
    assert blind.status_code == 409
    assert kept == before
    assert closes_at(discussion) == before + DAY
