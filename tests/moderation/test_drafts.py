"""A draft is its author's alone: to moderators too it does not exist, though its id is easily guessed."""

import pytest

from crowd.moderation.models import Decision
from ideas.models import Idea
from tests.factories import ideas, pages, people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/admin/moderation/idea/{pk}/",
        "/admin/moderation/idea/{pk}/similar/",
        "/admin/sanctions/impose/idea/{pk}/",
        "/flags/new/?kind=idea&id={pk}",
    ],
)
@pytest.mark.parametrize(("moderation", "status"), [("draft", 404), ("published", 200)])
def test_draft_is_not_there(client, address, moderation, status):
    campaign = pages.campaign()
    kept = ideas.idea(pages.cycle(campaign), moderation=moderation, title="Никому не показывал")
    client.force_login(people.with_role("moderator", campaign))

    answer = client.get(address.format(pk=kept.pk))

    assert answer.status_code == status
    assert moderation == "published" or "Никому не показывал" not in answer.content.decode()


def test_nothing_is_decided_about_a_draft(client):
    campaign = pages.campaign()
    kept = ideas.idea(pages.cycle(campaign), moderation=Idea.Moderation.DRAFT)
    client.force_login(people.with_role("moderator", campaign))

    answer = client.post(f"/admin/moderation/idea/{kept.pk}/decide/", {"outcome": "publish"})

    assert answer.status_code == 404
    assert not Decision.objects.exists()
