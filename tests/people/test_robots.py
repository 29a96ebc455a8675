"""The sign-up and its robots: what nobody sees, how quick it was, the work of a browser where a network is busy."""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client

from crowd.limits.actions import spend_proof
from crowd.limits.rules import LIMITS, Limit
from crowd.people.models import Person
from crowd.people.robots import Filling, seen_now, time_of_filling
from tests.factories import accounts
from tests.factories.proofs import solved

pytestmark = pytest.mark.django_db

FORM = {"email": "anna@example.org", "display_name": "Анна П.", "municipality": "", "password1": "крепкий пароль 7"}
QUICK = "Форма заполнена быстрее, чем успевает человек. Проверьте написанное, введите пароль и отправьте ещё раз."
STALE = "Страница открыта слишком давно. Проверьте написанное, введите пароль и отправьте ещё раз."
DAY = 24 * 3600
NOW = time_machine.travel("2026-11-23T10:00:00+00:00", tick=False)


def sign_up(client, **fields):
    return client.post("/accounts/signup/", FORM | {"seen_at": accounts.seen_at()} | fields)


def said(response):
    return list(response.context["form"].non_field_errors())


def shown_moment(response):
    return re.search(r'name="seen_at" value="([^"]+)"', response.content.decode())[1]


def test_the_field_for_robots_is_there_for_nobody_else(client):
    html = client.get("/accounts/signup/").content.decode()

    trap = re.search(r'<div class="trap".*?</div>', html, re.DOTALL)[0]
    assert 'aria-hidden="true"' in trap
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap
    assert "Оставьте это поле пустым" in trap
    assert "style=" not in trap


def test_a_robot_meets_what_a_person_meets_and_nothing_comes_of_it(client):
    person = Client()

    real = sign_up(person, email="boris@example.org")
    robot = sign_up(client, website="https://shop.example")

    def page(somebody):
        html = somebody.get("/accounts/confirm-email/").content.decode()
        return re.sub(r'value="[A-Za-z0-9]{64}"|boris|anna', "", html)

    assert (real.status_code, real["Location"]) == (robot.status_code, robot["Location"])
    assert page(person) == page(client)
    assert list(Person.objects.values_list("email", flat=True)) == ["boris@example.org"]
    assert [message.to for message in mail.outbox] == [["boris@example.org"]]


def test_a_robot_that_names_somebody_elses_email_writes_them_no_letter(client):
    accounts.account(email="anna@example.org")

    robot = sign_up(client, website="x")

    assert robot["Location"] == "/accounts/confirm-email/"
    assert mail.outbox == []


def test_robots_are_counted_like_everybody(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "sign_up", Limit(seconds=DAY, person=2, network=30))

    statuses = [sign_up(client, website="x").status_code for _ in range(3)]

    assert statuses == [302, 302, 429]


@pytest.mark.parametrize(
    ("seconds", "filling"),
    [
        (0, Filling.TOO_QUICK),
        (2, Filling.TOO_QUICK),
        (5, Filling.ENOUGH),
        (DAY - 60, Filling.ENOUGH),
        (DAY + 60, Filling.STALE),
    ],
)
def test_the_time_of_filling_is_told_by_what_the_page_was_signed_with(seconds, filling):
    with NOW:
        assert time_of_filling(accounts.seen_at(seconds)) is filling


@pytest.mark.parametrize("moment", ["", "sign_up", "sign_up:1zzzzz:forged", "я"])
def test_a_moment_that_is_not_ours_counts_as_long_past(moment):
    assert time_of_filling(moment) is Filling.STALE


def test_another_secret_signs_no_moment(settings):
    moment = accounts.seen_at()

    settings.SECRET_KEY = "another" * 10

    assert time_of_filling(moment) is Filling.STALE


def test_who_is_too_quick_keeps_what_was_typed_and_succeeds_with_the_next_try(client):
    with NOW:
        moment = seen_now()

        refused = sign_up(client, seen_at=moment)

    html = refused.content.decode()
    assert said(refused) == [QUICK]
    assert not Person.objects.exists()
    assert 'value="anna@example.org"' in html
    assert 'value="Анна П."' in html
    assert "крепкий пароль 7" not in html
    # The same moment, which is past by the time that anybody has typed a password.
    assert shown_moment(refused) == moment


@pytest.mark.parametrize("moment", [None, "nonsense"])
def test_a_page_of_yesterday_is_shown_again_with_what_was_typed(client, moment):
    with NOW:
        old = accounts.seen_at(DAY + 60) if moment is None else moment
    with NOW:
        refused = sign_up(client, seen_at=old)
        fresh = time_of_filling(shown_moment(refused))

    assert said(refused) == [STALE]
    assert 'value="anna@example.org"' in refused.content.decode()
    assert fresh is Filling.TOO_QUICK
    assert not Person.objects.exists()


def test_the_page_itself_is_signed_with_the_present_moment(client):
    with NOW:
        moment = shown_moment(client.get("/accounts/signup/"))

        assert time_of_filling(moment) is Filling.TOO_QUICK


def test_without_a_lower_bound_nobody_is_too_quick(client, settings):
    settings.SIGN_UP_FASTEST_SECONDS = 0

    assert sign_up(client, seen_at=seen_now()).status_code == 302


def busy_network(monkeypatch):
    """From the third sign-up of a network on the work of a browser is asked."""
    monkeypatch.setitem(LIMITS, "sign_up", Limit(seconds=DAY, person=5, network=4))
    monkeypatch.setitem(LIMITS, "sign_up_unproved", Limit(seconds=DAY, person=2, network=1))


def test_a_busy_network_signs_fewer_up_without_the_work_of_a_browser(client, monkeypatch):
    busy_network(monkeypatch)

    statuses = [sign_up(Client(), email=f"person{n}@example.org").status_code for n in range(4)]

    assert statuses == [302, 302, 302, 429]
    assert Person.objects.count() == 3


def test_who_did_the_work_is_signed_up_as_ever(client, monkeypatch, settings):
    settings.PROOF_MAX_NUMBER = 50
    busy_network(monkeypatch)

    statuses = [sign_up(Client(), email=f"person{n}@example.org", proof=solved()).status_code for n in range(4)]

    assert statuses == [302, 302, 302, 302]


def test_a_work_that_is_spent_is_none(client, monkeypatch, settings):
    settings.PROOF_MAX_NUMBER = 50
    busy_network(monkeypatch)
    spent = solved()
    assert spend_proof(spent)

    statuses = [sign_up(Client(), email=f"person{n}@example.org", proof=spent).status_code for n in range(4)]

    assert statuses == [302, 302, 302, 429]


def test_the_form_tells_scripts_where_the_task_is(client):
    html = client.get("/accounts/signup/").content.decode()

    assert 'data-proof="/proof/challenge/?for=sign_up"' in html
    assert 'role="status" data-proof-said' in html
    assert "<noscript>" not in html.partition("<main")[2].partition("</main>")[0]
