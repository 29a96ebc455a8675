"""The lists of reasons in the admin: what decisions, sanctions and flags name cannot be deleted."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from crowd.moderation.models import FlagReason, Reason
from tests.factories import ideas, people
from tests.factories.decisions import hidden_idea
from tests.factories.flags import flag
from tests.factories.sanctions import sanction

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(people.person(is_superuser=True))
    return client


def by_page(reason):
    name = reason._meta.model_name
    return reverse(f"wagtailsnippets_moderation_{name}:delete", args=[reason.pk])


def by_bulk(reason):
    address = reverse("wagtail_bulk_action", args=["moderation", reason._meta.model_name, "delete"])
    return f"{address}?{urlencode({'id': reason.pk})}"


@pytest.mark.parametrize("address", [by_page, by_bulk])
@pytest.mark.parametrize(
    ("model", "use"),
    [
        (Reason, hidden_idea),
        (Reason, lambda: sanction(people.person(), "warning")),
        (FlagReason, lambda: flag(ideas.idea())),
    ],
    ids=["decision", "sanction", "flag"],
)
def test_reason_that_is_named_stays_and_the_page_says_why(admin, model, use, address):
    use()
    named = model.objects.get(slug="insult")

    asked, done = admin.get(address(named), follow=True), admin.post(address(named), follow=True)

    assert asked.status_code == done.status_code == 200
    assert f"Удалить нельзя: на это уже ссылаются решения или жалобы. «{named}»" in done.content.decode()
    assert model.objects.filter(pk=named.pk).exists()


@pytest.mark.parametrize("address", [by_page, by_bulk])
@pytest.mark.parametrize("model", [Reason, FlagReason])
def test_reason_that_nothing_names_is_deleted(admin, model, address):
    hidden_idea()
    flag(ideas.idea())
    unused = model.objects.create(slug="unused", name="Ничей")

    asked, done = admin.get(address(unused)), admin.post(address(unused))

    assert (asked.status_code, done.status_code) == (200, 302)
    assert not model.objects.filter(pk=unused.pk).exists()
