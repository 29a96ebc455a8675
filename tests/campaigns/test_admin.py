"""The editor's form of a block: phases that contradict each other are refused at the field where it can be mended."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from crowd.people.actions import grant_role
from ideas.models import IdeaCyclePage
from tests.factories import pages
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def editor(client, campaign):
    editor = person()
    # In a small centre one person writes and publishes: by two roles.
    for role in ("editor", "approver"):
        grant_role(person=editor, role=role, campaign=campaign, granted_by=person(is_superuser=True))
    client.force_login(editor)
    return editor


def phase(name, opens_at, closes_at, *opens):
    return {"name": name, "opens_at": opens_at, "closes_at": closes_at} | dict.fromkeys(opens, "on")


def add(client, campaign, kind, *phases):
    fields = {
        "title": "Новый раздел",
        "slug": "novyj-razdel",
        "intro": "",
        "phases": inline_formset(list(phases)),
        "body": streamfield([]),
        "comments_premoderation": "nobody",
        **pages.CYCLE_FORM,
        "action-publish": "action-publish",
    }
    app = "ideas" if kind == "ideacyclepage" else "discussions"
    return client.post(f"/admin/pages/add/{app}/{kind}/{campaign.pk}/", nested_form_data(fields))


def errors_of(response):
    formset = response.context["form"].formsets["phases"]
    return [{name: [str(e) for e in errors] for name, errors in form.errors.items()} for form in formset.forms]


def test_editor_publishes_a_cycle_with_phases(client, campaign, editor):
    response = add(
        client,
        campaign,
        "ideacyclepage",
        phase("Приём", "2030-01-01 00:00", "2030-02-01 00:00", "submit", "comment"),
        phase("Голосование", "2030-02-01 00:00", "2030-03-01 00:00", "vote", "comment"),
    )

    assert response.status_code == 302
    cycle = IdeaCyclePage.objects.get(slug="novyj-razdel")
    assert cycle.live
    assert [p.opened_activities for p in cycle.phases.all()] == [{"submit", "comment"}, {"vote", "comment"}]


def test_phase_that_closes_before_it_opens_is_refused_at_its_field(client, campaign, editor):
    response = add(client, campaign, "ideacyclepage", phase("Приём", "2030-02-01 00:00", "2030-01-01 00:00", "submit"))

    assert response.status_code == 200
    assert errors_of(response) == [{"closes_at": ["Окончание должно быть позже начала."]}]
    assert not IdeaCyclePage.objects.filter(slug="novyj-razdel").exists()


def test_overlapping_phases_that_open_the_same_are_refused_at_the_later(client, campaign, editor):
    response = add(
        client,
        campaign,
        "ideacyclepage",
        phase("Первый", "2030-01-01 00:00", "2030-02-01 00:00", "submit"),
        phase("Второй", "2030-01-15 00:00", "2030-03-01 00:00", "submit", "vote"),
    )

    message = "Пересекается с этапом «Первый», который открывает то же самое."
    assert errors_of(response) == [{}, {"opens_at": [message]}]


def test_overlapping_phases_that_open_different_things_are_welcome(client, campaign, editor):
    response = add(
        client,
        campaign,
        "ideacyclepage",
        phase("Первый", "2030-01-01 00:00", "2030-02-01 00:00", "submit"),
        phase("Второй", "2030-01-15 00:00", "2030-03-01 00:00", "vote"),
    )

    assert response.status_code == 302


def test_what_such_a_block_never_opens_is_refused_at_its_box(client, campaign, editor):
    response = add(client, campaign, "discussionpage", phase("Этап", "2030-01-01 00:00", "2030-02-01 00:00", "vote"))

    assert errors_of(response) == [{"vote": ["В таком разделе этого не бывает."]}]


def test_editor_of_another_campaign_may_not_add_here(client, campaign, editor):
    other = pages.campaign("Другой проект")

    response = add(client, other, "ideacyclepage")

    assert response.status_code == 302
    assert response["Location"] == "/admin/"
    assert not IdeaCyclePage.objects.exists()
