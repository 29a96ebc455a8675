"""What administrators say of limits: it holds at once, costs nothing, and opens nothing by being wrong."""

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from crowd.errors import Invalid, LimitReached, NotAllowed
from crowd.events.models import Event
from crowd.limits.actions import change_limit, limit_request, restore_limit
from crowd.limits.models import LimitSetting, Usage
from crowd.limits.queries import rule_in_force, rules_in_force
from crowd.limits.rules import LIMITS, MOST, Limit, Used
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _within_one_window():
    with time_machine.travel("2026-11-23T10:00:10+00:00", tick=False):
        yield


@pytest.fixture
def administrator():
    return people.person(is_superuser=True)


def request_of(rf, person=None, address="203.0.113.5"):
    request = rf.post("/", REMOTE_ADDR=address)
    request.user = person or AnonymousUser()
    return request


def passed(request, rule="post", times=9):
    """How many requests pass before the first refusal."""
    for n in range(times):
        try:
            limit_request(request, rule)
        except LimitReached:
            return n
    return times


def test_what_an_administrator_says_holds_with_the_next_request(rf, administrator):
    request = request_of(rf, people.person())

    change_limit(administrator=administrator, rule="post", person=3, network=None)

    assert passed(request) == 3


def test_person_and_network_are_said_apart(rf, administrator):
    change_limit(administrator=administrator, rule="post", person=2, network=5)
    first, second, third = (request_of(rf, people.person()) for _ in range(3))

    assert [passed(first, times=2), passed(second, times=2), passed(third)] == [2, 2, 1]


def test_a_side_that_is_set_to_nought_is_not_counted(rf, administrator):
    change_limit(administrator=administrator, rule="post", person=0, network=4)
    request = request_of(rf, people.person())

    used = limit_request(request, "post")

    assert used == [Used("person", 0, 0), Used("network", 1, 4)]
    assert Usage.objects.count() == 1
    assert passed(request) == 3


def test_a_limit_that_is_lowered_or_raised_counts_what_was_used_before(rf, administrator):
    request = request_of(rf, people.person())
    assert passed(request, times=4) == 4

    change_limit(administrator=administrator, rule="post", person=4, network=None)
    lowered = passed(request)
    change_limit(administrator=administrator, rule="post", person=6, network=None)

    assert (lowered, passed(request)) == (0, 2)


def test_a_setting_costs_a_request_nothing(rf, administrator):
    request = request_of(rf, people.person())
    with CaptureQueriesContext(
        connection,
    ) as without:
        limit_request(request, "post")
    change_limit(administrator=administrator, rule="post", person=10, network=300)

    with CaptureQueriesContext(connection) as with_setting:
        limit_request(request, "post")

    assert (len(without), len(with_setting)) == (2, 2)


def test_what_says_nothing_and_what_is_of_another_rule_leave_the_code_in_force(rf):
    LimitSetting.objects.create(rule="post")
    LimitSetting.objects.create(rule="gone", person=0, network=0)

    assert limit_request(request_of(rf, people.person()), "post") == [
        Used("person", 1, LIMITS["post"].person),
        Used("network", 1, LIMITS["post"].network),
    ]


def test_a_cache_that_is_away_opens_nothing(rf, administrator, settings):
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "crowd.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    change_limit(administrator=administrator, rule="post", person=2, network=None)

    assert passed(request_of(rf, people.person())) == 2


@pytest.mark.parametrize(
    ("rule", "side", "value"),
    [("sign_in", "person", 0), ("second_factor", "person", 0), ("post", "person", MOST), ("post", "network", MOST)],
)
def test_what_no_administrator_could_say_leaves_the_code_in_force(rf, monkeypatch, rule, side, value):
    monkeypatch.setitem(LIMITS, rule, Limit(seconds=900, **({"person": 0, "network": 0} | {side: 2})))
    LimitSetting.objects.create(rule=rule, **{side: value})

    assert passed(request_of(rf, people.person()), rule) == 2
    assert rule_in_force(rule).now == LIMITS[rule]


@pytest.mark.parametrize("side", ["person", "network"])
@pytest.mark.parametrize("value", [-1, MOST + 1])
def test_the_database_takes_no_nonsense(side, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        LimitSetting.objects.create(rule="post", **{side: value})


def test_a_rule_is_said_once():
    LimitSetting.objects.create(rule="post", person=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        LimitSetting.objects.create(rule="post", person=0)


@pytest.mark.parametrize(
    "role", ["moderator", "editor", "approver", "operator", "expert", None, "blocked", "anonymous"]
)
def test_only_an_active_administrator_changes_limits(role):
    person = {
        None: people.person,
        "blocked": lambda: people.person(is_superuser=True, is_active=False),
        "anonymous": AnonymousUser,
    }.get(role, lambda: people.with_role(role))()

    with pytest.raises(NotAllowed):
        change_limit(administrator=person, rule="post", person=3, network=None)
    with pytest.raises(NotAllowed):
        restore_limit(administrator=person, rule="post")
    assert not LimitSetting.objects.exists()


def test_values_out_of_bounds_are_refused_in_words_and_change_nothing(administrator):
    with pytest.raises(Invalid) as refused:
        change_limit(administrator=administrator, rule="sign_in", person=0, network=5000)

    assert {side: [str(said) for said in all_said] for side, all_said in refused.value.fields.items()} == {
        "person": ["Этот предел снять нельзя: без него пароль или код можно подбирать без конца."],
        "network": ["Не больше 1000: это предел, за которым правило уже не защищает."],
    }
    assert not LimitSetting.objects.exists()


def test_an_unknown_rule_does_not_exist(administrator):
    with pytest.raises(Http404):
        change_limit(administrator=administrator, rule="nonsense", person=1, network=1)


def test_a_rule_is_given_back_to_the_code(rf, administrator):
    change_limit(administrator=administrator, rule="post", person=1, network=2)

    restore_limit(administrator=administrator, rule="post")

    assert rule_in_force("post").now == LIMITS["post"]
    assert passed(request_of(rf, people.person())) == 9


def test_the_usual_value_is_no_change(administrator):
    usual = LIMITS["post"]

    change_limit(administrator=administrator, rule="post", person=usual.person, network=usual.network)

    assert list(LimitSetting.objects.values_list("person", "network")) == [(None, None)]
    assert not ModelLogEntry.objects.filter(action="limits.changed").exists()


def test_each_change_stands_in_the_log_with_who_made_it(administrator):
    change_limit(administrator=administrator, rule="post", person=3, network=None)
    change_limit(administrator=administrator, rule="post", person=3, network=0)
    restore_limit(administrator=administrator, rule="post")

    entries = ModelLogEntry.objects.filter(action="limits.changed").order_by("pk")
    usual = LIMITS["post"]
    assert {entry.user for entry in entries} == {administrator}
    assert [entry.formatter.format_message(entry) for entry in entries] == [
        f"Изменён предел: Идеи, комментарии и их правки. Один человек {usual.person} → 3",
        f"Изменён предел: Идеи, комментарии и их правки. Одна сеть {usual.network} → 0",
        f"Изменён предел: Идеи, комментарии и их правки. Один человек 3 → {usual.person}, Одна сеть 0 → {usual.network}",
    ]
    assert (
        list(Event.objects.filter(kind="limit.changed").values_list("actor_id", "payload"))
        == [(administrator.pk, {"rule": "post"})] * 3
    )


def test_the_table_is_asked_for_by_one_query():
    LimitSetting.objects.create(rule="post", person=3)
    LimitSetting.objects.create(rule="vote", network=0)

    with CaptureQueriesContext(connection) as asked:
        rules = rules_in_force()

    assert len(asked) == 1
    assert [rule.rule for rule in rules] == list(LIMITS)
    assert [rule.rule for rule in rules if rule.is_changed] == ["post", "vote"]
