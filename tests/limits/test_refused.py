"""Who is too often at whatever form learns when to come back, and loses nothing of what was typed."""

import pytest
import time_machine
from django.urls import reverse

from crowd.limits.rules import LIMITS, Limit
from tests.factories import accounts, services
from tests.factories.comments import comment, thread
from tests.factories.ideas import idea
from tests.factories.pages import cycle
from tests.factories.people import person

pytestmark = pytest.mark.django_db

HERE = "2026-11-23T10:11:30+00:00"
JSON = {"accept": "application/json"}
LOST = "Слово, которое жаль потерять"


def forms():
    """By rule: where a form goes, what is typed into it, and what of that is words."""
    mine = person()
    said = comment(author=mine)
    return mine, {
        "comment": ("post", f"/threads/{thread().pk}/comments/", {"body": LOST, "stance": "for"}),
        "change of a comment": ("post", f"/comments/{said.pk}/edit/", {"body": LOST}),
        "idea": ("post", f"/ideas/new/?cycle={cycle().pk}", {"title": LOST, "problem": LOST}),
        "change of an idea": ("post", f"/ideas/{idea(author=mine).pk}/edit/", {"title": LOST, "problem": LOST}),
        "clarification": ("post", f"/ideas/{idea(author=mine).pk}/clarify/", {"body": LOST}),
        "draft": ("draft", "/drafts/", {"title": LOST}),
        "call to a co-author": ("invite", f"/ideas/{idea(author=mine).pk}/co-authors/", {"email": "b@example.net"}),
        "rating": ("rate", f"/services/{services.service().pk}/rate/", {"score": "4", "note": LOST}),
        "vote": ("vote", f"/ideas/{idea().pk}/vote/", {"value": "1"}),
        "reaction": ("react", f"/comments/{comment().pk}/react/", {"value": "1"}),
    }


NAMES = [
    "comment",
    "change of a comment",
    "idea",
    "change of an idea",
    "clarification",
    "draft",
    "call to a co-author",
    "rating",
    "vote",
    "reaction",
]


def words(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", NAMES)
def test_a_refused_form_says_when_to_come_back_and_keeps_what_was_typed(client, monkeypatch, name):
    mine, all_forms = forms()
    rule, address, typed = all_forms[name]
    monkeypatch.setitem(LIMITS, rule, Limit(seconds=900, person=1, network=0))
    client.force_login(mine)
    with time_machine.travel(HERE, tick=False):
        client.post(address, {})

        page = client.post(address, typed)
        program = client.post(address, typed, headers=JSON)

    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (429, "210", "no-store")
    assert "Повторить можно через 4 минуты." in words(page)
    for field, value in typed.items():
        assert f'<input type="hidden" name="{field}" value="{value}">' in words(page)
    assert (f'value="{LOST}"' in words(page)) is (LOST in typed.values())
    assert "Отправить снова" in words(page)
    assert (program.status_code, program["Retry-After"]) == (429, "210")
    assert program.json()["error"] == "limit_reached"
    assert program.json()["detail"] == "Слишком часто. Подождите немного и повторите. Повторить можно через 4 минуты."


def test_every_form_is_tried():
    assert list(forms()[1]) == NAMES


@pytest.mark.parametrize(
    ("name", "rule", "fields", "kept"),
    [
        ("account_login", "sign_in", {"login": "anna@example.org", "password": "тайное слово"}, "anna@example.org"),
        ("account_reset_password", "password_reset", {"email": "anna@example.org"}, "anna@example.org"),
    ],
)
def test_doors_of_the_account_say_it_too_and_keep_no_secret(client, monkeypatch, name, rule, fields, kept):
    monkeypatch.setitem(LIMITS, rule, Limit(seconds=900, person=0, network=1))
    accounts.account(email="anna@example.org")
    with time_machine.travel(HERE, tick=False):
        client.post(reverse(name), fields)

        refused = client.post(reverse(name), fields)

    assert (refused.status_code, refused["Retry-After"]) == (429, "210")
    assert "Повторить можно через 4 минуты." in words(refused)
    assert f'readonly value="{kept}"' in words(refused)
    assert "тайное слово" not in words(refused)


@pytest.mark.parametrize(
    ("moment", "window", "said"),
    [
        ("10:00:59", 60, "1 секунду"),
        ("10:00:38", 60, "22 секунды"),
        ("10:00:01", 900, "15 минут"),
        ("10:14:00", 900, "1 минуту"),
        ("10:00:01", 21600, "2 часа"),
    ],
)
def test_the_pause_is_told_in_words_that_fit_the_number(client, monkeypatch, moment, window, said):
    monkeypatch.setitem(LIMITS, "search", Limit(seconds=window, person=0, network=1))
    with time_machine.travel(f"2026-11-23T{moment}+00:00", tick=False):
        client.get("/search/?q=лес")

        refused = client.get("/search/?q=лес")

    assert refused.status_code == 429
    assert f"Повторить можно через {said}." in words(refused)
