from datetime import UTC, datetime

import pytest
import time_machine

from crowd.limits.network import client_address, keyed_hash, network_hash, network_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.1"),
        (0, "203.0.113.5", "10.0.0.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6,7.7.7.7 , 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 192.0.2.1", "203.0.113.5"),
        (2, "203.0.113.5", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, " , ", "10.0.0.1"),
    ],
)
def test_only_what_a_trusted_proxy_wrote_is_believed(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}

    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers=headers)

    assert client_address(request) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_network_is_what_one_subscriber_commands(address, network):
    assert network_of(address) == network


def test_a_hash_says_nothing_without_the_key(settings):
    before = keyed_hash("203.0.113.5")
    settings.NETWORK_HASH_KEY = "another"

    assert len(before) == 64
    assert keyed_hash("203.0.113.5") != before


def test_a_hash_changes_with_the_day():
    hashes = []
    for moment in ("2026-11-23T00:00:00", "2026-11-23T23:59:59", "2026-11-24T00:00:00"):
        with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
            hashes.append(keyed_hash("203.0.113.5"))

    assert hashes[0] == hashes[1]
    assert hashes[1] != hashes[2]


def test_one_network_has_one_hash(rf):
    first = rf.get("/", REMOTE_ADDR="2001:db8:1:2::1")
    second = rf.get("/", REMOTE_ADDR="2001:db8:1:2::2")

    assert network_hash(first) == network_hash(second)
