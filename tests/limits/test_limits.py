import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from crowd.errors import LimitReached
from crowd.limits.actions import limit_request, take
from crowd.limits.handlers import forget_usage
from crowd.limits.models import Usage
from crowd.limits.rules import LIMITS, Limit
from tests.factories import people

pytestmark = pytest.mark.django_db

DAY = 24 * 3600


def at(text):
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=UTC), tick=False)


def request_of(rf, person=None, address="203.0.113.5", **headers):
    request = rf.post("/", REMOTE_ADDR=address, headers=headers)
    request.user = person or AnonymousUser()
    return request


@pytest.fixture
def limit(monkeypatch):
    def set_limit(**fields):
        monkeypatch.setitem(LIMITS, "post", Limit(**({"seconds": 600, "person": 0, "network": 0} | fields)))

    return set_limit


def passed(call, times):
    """How many of so many calls pass before the first refusal."""
    for n in range(times):
        try:
            call()
        except LimitReached:
            return n
    return times


def test_a_limit_is_used_up_and_says_when_it_opens_again():
    with at("2026-11-23T10:00:10"):
        for _ in range(3):
            take("post", who="a", most=3, seconds=60)

        with pytest.raises(LimitReached) as refused:
            take("post", who="a", most=3, seconds=60)

    assert refused.value.retry_after == 50
    assert Usage.objects.get().count == 3


def test_a_limit_opens_again_with_the_next_window():
    with at("2026-11-23T10:00:59"):
        take("post", who="a", most=1, seconds=60)

    with at("2026-11-23T10:01:00"):
        take("post", who="a", most=1, seconds=60)

    assert Usage.objects.count() == 2


def test_rules_and_people_are_counted_apart():
    take("post", who="a", most=1, seconds=60)
    take("post", who="b", most=1, seconds=60)
    take("vote", who="a", most=1, seconds=60)

    assert list(Usage.objects.values_list("count", flat=True)) == [1, 1, 1]


def test_a_person_is_counted_wherever_they_come_from(rf, limit):
    limit(person=2)
    person = people.person()

    limit_request(request_of(rf, person, "203.0.113.1"), "post")
    limit_request(request_of(rf, person, "203.0.113.2"), "post")

    with pytest.raises(LimitReached):
        limit_request(request_of(rf, person, "203.0.113.3"), "post")


def test_a_network_is_counted_whoever_comes_from_it(rf, limit):
    limit(network=2)

    limit_request(request_of(rf, people.person()), "post")
    limit_request(request_of(rf), "post")

    with pytest.raises(LimitReached):
        limit_request(request_of(rf, people.person()), "post")
    limit_request(request_of(rf, address="203.0.113.6"), "post")


def test_a_forged_forwarded_address_does_not_reset_a_network(rf, limit):
    limit(network=5)

    forged = iter(range(99))

    assert passed(lambda: limit_request(request_of(rf, **{"X-Forwarded-For": f"6.6.6.{next(forged)}"}), "post"), 9) == 5


def test_behind_a_proxy_what_is_forged_before_its_word_does_not_reset_a_network(rf, limit, settings):
    settings.TRUSTED_PROXIES = 1
    limit(network=5)
    forged = iter(range(99))

    def call():
        limit_request(request_of(rf, **{"X-Forwarded-For": f"6.6.6.{next(forged)}, 203.0.113.5"}), "post")

    assert passed(call, 9) == 5


def test_addresses_of_one_subscriber_share_a_limit(rf, limit):
    limit(network=5)
    addresses = iter(range(1, 99))

    assert passed(lambda: limit_request(request_of(rf, address=f"2001:db8:1:2::{next(addresses)}"), "post"), 9) == 5


def test_a_claimed_name_is_not_used_up_by_a_network_without_a_share(rf, limit):
    limit(person=3, network=1)
    flood = request_of(rf)

    for _ in range(5):
        passed(lambda: limit_request(flood, "post", person_key="email:anna@example.org"), 1)

    limit_request(request_of(rf, address="198.51.100.7"), "post", person_key="email:anna@example.org")


def test_every_window_divides_a_day():
    assert [rule for rule, limit in LIMITS.items() if DAY % limit.seconds] == []


def test_counters_of_past_windows_are_forgotten():
    with at("2026-11-21T10:00:00"):
        take("post", who="old", most=1, seconds=60)
    with at("2026-11-23T10:00:00"):
        take("post", who="new", most=1, seconds=60)

        forget_usage()

    assert list(Usage.objects.values_list("who", flat=True)) == ["new"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_uses_pass_exactly_up_to_the_limit():
    barrier = threading.Barrier(50)
    outcomes = []

    def use():
        connection.ensure_connection()
        barrier.wait()
        try:
            take("post", who="a", most=17, seconds=DAY)
            outcomes.append(True)
        except LimitReached:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False] * 33 + [True] * 17
    assert Usage.objects.get().count == 17
