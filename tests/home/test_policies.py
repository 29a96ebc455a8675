"""Rules and how data are treated: each version can be read by its address, and what is in force since when is said."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from crowd import clock
from crowd.campaigns.documents import page_text
from home.models import HomePage, PolicyPage, PolicyVersion
from home.queries import policy_versions
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def day(days):
    return timezone.localdate(clock.now()) + timedelta(days=days)


def policy(*days, kind=PolicyPage.Kind.RULES, **fields):
    page = PolicyPage(title="Правила участия", slug="pravila", kind=kind, **fields)
    for number, days_from_now in enumerate(days, start=1):
        page.versions.add(
            PolicyVersion(
                number=number,
                in_force_from=day(days_from_now),
                changes=f"Изменение {number}",
                body=f"<p>Редакция номер {number}: слова.</p>",
            )
        )
    return HomePage.objects.get().add_child(instance=page)


def states(page):
    return [(entry.version.number, entry.state, entry.until) for entry in policy_versions(page).entries]


def test_versions_stand_in_their_places_in_time():
    page = policy(-30, -10, 5)

    assert states(page) == [(3, "upcoming", None), (2, "in_force", day(5)), (1, "past", day(-10))]


def test_version_comes_into_force_on_its_day():
    page = policy(-30, 0)

    assert states(page) == [(2, "in_force", None), (1, "past", day(0))]


def test_page_shows_what_is_in_force_and_names_the_others(client):
    page = policy(-30, -10, 5)

    html = client.get(page.url).content.decode()

    assert "Редакция номер 2: слова." in html
    assert "Редакция номер 1: слова." not in html
    assert [f'href="/pravila/{number}/"' in html for number in (1, 2, 3)] == [True, True, True]


@pytest.mark.parametrize(
    ("number", "note"),
    [(1, "Это прежняя редакция, она больше не действует."), (3, "Эта редакция ещё не вступила в силу.")],
)
def test_another_version_says_that_it_is_not_in_force(client, number, note):
    policy(-30, -10, 5)

    html = client.get(f"/pravila/{number}/").content.decode()

    assert f"Редакция номер {number}: слова." in html
    assert note in html


@pytest.mark.parametrize("address", ["/pravila/4/", "/pravila/0/x/", "/pravila/x/"])
def test_version_that_does_not_exist_is_not_found(client, address):
    policy(-30)

    assert client.get(address).status_code == 404


def test_unpublished_page_has_no_versions_either(client):
    policy(-30, live=False)

    assert client.get("/pravila/1/").status_code == 404


def test_search_finds_what_is_and_will_be_in_force():
    page = policy(-30, -10, 5)

    text = page_text(page)

    assert [f"Редакция номер {number}" in text for number in (1, 2, 3)] == [False, True, True]


def test_sign_up_names_rules_and_privacy(client):
    policy(-30)

    assert (
        'href="/pravila/"'
        in client.get("/accounts/signup/").content.decode().partition("<main")[2].partition("<footer")[0]
    )


# The editor's form


def version(row=None, *, days=0, body="<p>Слова</p>", changes="", delete=""):
    fields = {"id": row.pk if row else "", "in_force_from": str(row.in_force_from if row else day(days))}
    return fields | {
        "changes": changes,
        "body": rich_text(row.body if row and body == "<p>Слова</p>" else body),
        "DELETE": delete,
    }


def save(client, page, *rows):
    client.force_login(person(is_superuser=True))
    standing = [row for row in rows if row["id"]]
    fields = {
        "title": page.title,
        "slug": page.slug,
        "kind": page.kind,
        "intro": "",
        "versions": inline_formset(list(rows), initial=len(standing), min=1),
        "comments": inline_formset([]),
        "action-publish": "action-publish",
    }
    return client.post(f"/admin/pages/{page.pk}/edit/", nested_form_data(fields))


def errors_of(response):
    formset = response.context["form"].formsets["versions"]
    return [{name: list(errors) for name, errors in form.errors.items()} for form in formset.forms]


def test_new_version_gets_the_next_number(client):
    page = policy(-30)
    first = page.versions.get()

    response = save(client, page, version(first), version(days=7))

    assert response.status_code == 302
    assert list(PolicyVersion.objects.values_list("number", "in_force_from")) == [(1, day(-30)), (2, day(7))]


def test_version_in_force_cannot_be_changed(client):
    page = policy(-30)

    response = save(client, page, version(page.versions.get(), body="<p>Другое</p>"))

    assert errors_of(response) == [{"body": ["Эта редакция уже действует. Добавьте новую, а эту оставьте как есть."]}]


def test_version_in_force_cannot_be_deleted(client):
    page = policy(-30, 5)
    first, second = page.versions.all()

    response = save(client, page, version(first, delete="on"), version(second))

    assert response.context["form"].non_field_errors() == ["Редакцию, которую люди уже прочитали, удалить нельзя."]
    assert PolicyVersion.objects.count() == 2


def test_new_version_cannot_be_older_than_what_was_in_force(client):
    page = policy(-30)

    response = save(client, page, version(page.versions.get()), version(days=-40))

    assert errors_of(response)[1] == {
        "in_force_from": ["Новая редакция вступает в силу позже тех, что уже действовали."]
    }
