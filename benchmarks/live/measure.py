"""One side's turn under each load, and what the turns of all sides say together."""

import re
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.live.load import cpu_of
from benchmarks.live.sides import Side

Report = dict[str, Any]

A_SECOND = 2
DRAIN_SECONDS = 20.0
# A step is carried where nearly everybody hears within a second, and nothing is lost.
CARRIED_MS = 1000.0
FIRST_RATE, GROWTH, REFINED, TRIES = 1.0, 1.5, 2, 2
CONNECTIONS = 50
# What answers posts and tells sockets; the bare side has no worker to be compared with.
COUNTED = ("http", "live", "embedded")


def percentile(sorted_values: Sequence[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


def in_milliseconds(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    ordered = sorted(values)
    return {f"p{share}_ms": round(percentile(ordered, share / 100) * 1000, 1) for share in (50, 95, 99)}


def warm_up(side: Side) -> Report:
    """Let every process and thread do its first work before anything is timed; return the load's report."""
    found: Report = side.load(
        [number / 8 for number in range(48)], sockets=5, seconds=0, drain=DRAIN_SECONDS * 2, connections=16
    )
    return found


def constant_of(report: Report) -> str:
    """What a side says about a post, without the post's mark."""
    return re.sub(r"mk\d{6}k", "", report["sample"], count=1)


def steady(side: Side, size: Any, seconds: float) -> Report:
    """Two comments a second."""
    moments = [number / A_SECOND for number in range(int(seconds * A_SECOND))]
    return _rested(side, moments, size, seconds=seconds)


def burst(side: Side, size: Any) -> Report:
    """All comments in the same moment."""
    return _rested(side, [0.0] * size.burst_posts, size, seconds=0, connections=CONNECTIONS)


def carried(sides: Sequence[Side], size: Any) -> dict[str, float]:
    """The most comments a second that each side carries: climbing in turns, then closing in on where it breaks."""
    floor, ceiling = dict.fromkeys((side.name for side in sides), 0.0), {}
    rate = FIRST_RATE
    while rate <= size.most_rate and len(ceiling) < len(sides):
        for side in sides:
            if side.name not in ceiling:
                _note(carries(side, rate, size), side.name, rate, floor, ceiling)
        rate *= GROWTH
    for _ in range(REFINED):
        for side in sides:
            if side.name in ceiling and floor[side.name]:
                between = (floor[side.name] * ceiling[side.name]) ** 0.5
                _note(carries(side, between, size), side.name, between, floor, ceiling)
    return {name: round(rate, 1) for name, rate in floor.items()}


def _note(held: bool, name: str, rate: float, floor: dict[str, float], ceiling: dict[str, float]) -> None:  # noqa: FBT001
    (floor if held else ceiling)[name] = rate


def carries(side: Side, rate: float, size: Any) -> bool:
    """Try twice: a neighbour on the machine may have spoilt the first."""
    moments = [number / rate for number in range(max(2, int(size.step_seconds * rate)))]
    for _ in range(TRIES):
        report = _rested(side, moments, size, seconds=0, connections=CONNECTIONS)
        p95 = in_milliseconds(report["latencies"]).get("p95_ms", float("inf"))
        if p95 < CARRIED_MS and not report["lost"]:
            return True
    return False


def _rested(side: Side, moments: list[float], size: Any, *, seconds: float, connections: int = 8) -> Report:
    """Let the side finish what it still does, then load it."""
    wait_until_idle(side)
    found: Report = side.load(
        moments, sockets=size.sockets, seconds=seconds, drain=DRAIN_SECONDS, connections=connections
    )
    p95, spent = in_milliseconds(found["latencies"]).get("p95_ms"), sum(found["cpu"].get(kind, 0) for kind in COUNTED)
    over = f" over {moments[-1]:.0f} s" if moments[-1] else " at once"
    print(
        f"  {side.name}, {len(moments)} posts{over}: p95 {p95} ms, CPU {spent:.1f} s, lost {found['lost']}", flush=True
    )
    return found


def wait_until_idle(side: Side, most_seconds: float = 30) -> None:
    """Wait until the processes that answer and tell use less than a tenth of a core."""
    pids = [process.popen.pid for kind in COUNTED for process in side.of(kind)]
    end, before = time.monotonic() + most_seconds, cpu_of(pids)
    while time.monotonic() < end:
        time.sleep(1)
        now = cpu_of(pids)
        if now - before < 0.1:
            return
        before = now


def summed_up(reports: Sequence[Report]) -> Report:
    """What all turns of one side say."""
    latencies = [one for report in reports for one in report["latencies"]]
    cpu = {kind: sum(report["cpu"].get(kind, 0.0) for report in reports) for kind in (*COUNTED, "worker")}
    return (
        in_milliseconds(latencies)
        | {
            "answer": in_milliseconds([one for report in reports for one in report["answers"]]),
            "posts": sum(len(report["answers"]) for report in reports),
            "received": len(latencies),
            "frames": sum(report["frames"] for report in reports),
            "cpu_seconds": round(sum(cpu[kind] for kind in COUNTED), 2),
            "cpu_by_process": {kind: round(spent, 2) for kind, spent in cpu.items() if spent},
            "load_cpu_seconds": round(sum(report["load_cpu"] for report in reports), 2),
            "seconds": round(sum(report["seconds"] for report in reports), 1),
        }
        | {name: sum(report[name] for report in reports) for name in ("lost", "doubles", "closed")}
    )


def together(reports: dict[str, list[Report]]) -> Report:
    found: Report = {name: summed_up(turns) for name, turns in reports.items()}
    ours, beside = found["ours"], found["bare"]
    found["p95_ratio"] = _ratio(ours.get("p95_ms"), beside.get("p95_ms"))
    found["cpu_ratio"] = _ratio(ours["cpu_seconds"], beside["cpu_seconds"])
    return found


def _ratio(ours: float | None, beside: float | None) -> float | None:
    return round(ours / beside, 2) if ours and beside else None
