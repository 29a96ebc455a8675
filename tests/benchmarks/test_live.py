import pytest

from benchmarks import live
from benchmarks.live import sides
from benchmarks.live.load import Ears
from benchmarks.live.measure import in_milliseconds

SOCKETS, POSTS = 5, 3


@pytest.mark.postgresql
@pytest.mark.redis
def test_both_sides_are_measured_and_lose_nothing(monkeypatch):
    monkeypatch.setattr(sides, "WRITERS", 20)
    size = live.Size(
        sockets=SOCKETS,
        seconds=2,
        turns=1,
        bursts=1,
        burst_posts=POSTS,
        step_seconds=1,
        most_rate=2,
    )

    found = live.run(size)["live"]

    for load, posts in {"steady": 4, "burst": POSTS}.items():
        for side in ("ours", "bare"):
            said = found[load][side]
            assert (said["posts"], said["received"], said["lost"]) == (posts, posts * SOCKETS, 0)


def test_without_servers_it_is_left_out_aloud(monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    found = live.run(live.Size(sockets=1))

    assert found == {}
    assert "left out" in capsys.readouterr().out


def test_what_a_socket_hears_is_counted_once():
    ears = Ears(sockets=2, posts=2)

    ears.hear(0, b'[{"html": "mk000000k"}, {"html": "mk000001k"}]')
    ears.hear(0, b"mk000001k")
    ears.hear(1, b"no mark")

    assert (ears.left, ears.doubles, ears.frames) == (2, 1, 2)


def test_percentiles_of_few_values():
    assert in_milliseconds([0.001, 0.002, 0.003]) == {"p50_ms": 2.0, "p95_ms": 3.0, "p99_ms": 3.0}
