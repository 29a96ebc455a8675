"""From POST to receipt at a thousand sockets, beside a bare Django view and a bare Channels consumer, in the same run.

Both sides have the Procfile's processes (two HTTP workers, one live process), the same Redis and the same PostgreSQL
server. They are measured in turns, so that a machine that slows down slows both. Needs DATABASE_URL and REDIS_URL.
"""

import os
import resource
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.live.layers import compare_layers
from benchmarks.live.measure import Report, burst, carried, constant_of, steady, together, warm_up
from benchmarks.live.nudges import compare_nudges
from benchmarks.live.sides import bare, production
from benchmarks.live.tables import print_layers, print_sides

OPEN_FILES = 4096


@dataclass(frozen=True)
class Size:
    """How long and how wide is measured; the defaults are what the product promises its figures for."""

    sockets: int = 1000
    seconds: float = 60
    # In how many turns each side is measured.
    turns: int = 2
    bursts: int = 3
    burst_posts: int = 50
    step_seconds: float = 8
    most_rate: float = 100


def servers() -> dict[str, str] | None:
    """The servers that variables name; None where one is missing."""
    database, redis = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    if not redis or not database or database.startswith("sqlite"):
        return None
    search = os.environ.get("ELASTICSEARCH_URL", "")
    return {"postgresql_url": database, "redis_url": redis} | ({"elasticsearch_url": search} if search else {})


def run(size: Size | None = None) -> dict[str, Any]:
    """The product beside the bare side."""
    found = _with_servers("live", _beside_bare, size or Size())
    if found:
        print_sides(found)
    return {"live": found} if found else {}


def run_layers(size: Size | None = None) -> dict[str, Any]:
    """The channel layers beside each other."""
    found = _with_servers("layers", compare_layers, size or Size())
    if not found:
        return {}
    nudges = compare_nudges(os.environ["REDIS_URL"])
    print_layers(found, nudges)
    return {"layers": found, "nudges": nudges}


def _with_servers(what: str, measure: Callable[[Path, dict[str, str], Size], Any], size: Size) -> Any:
    named = servers()
    if named is None:
        print(f"{what}: left out, since DATABASE_URL names no PostgreSQL server or REDIS_URL no Redis")
        return None
    _allow_open_files(size.sockets + OPEN_FILES)
    with tempfile.TemporaryDirectory(prefix=what) as folder:
        return measure(Path(folder), named, size)


def _beside_bare(folder: Path, named: dict[str, str], size: Size) -> dict[str, Any]:
    with production(folder / "ours", named) as ours:
        # What the product says about a comment is the string that the bare side passes on.
        frame = constant_of(warm_up(ours))
        with bare(folder / "bare", named, frame) as beside:
            warm_up(beside)
            sides = (ours, beside)
            steadily: dict[str, list[Report]] = {side.name: [] for side in sides}
            at_once: dict[str, list[Report]] = {side.name: [] for side in sides}
            for _ in range(size.turns):
                for side in sides:
                    steadily[side.name].append(steady(side, size, size.seconds / size.turns))
            for _ in range(size.bursts):
                for side in sides:
                    at_once[side.name].append(burst(side, size))
            most = carried(sides, size)
    return {
        "sockets": size.sockets,
        "frame_bytes": len(frame.encode()),
        "steady": together(steadily),
        "burst": together(at_once),
        "carried": most | {"ratio": most["ours"] / most["bare"] if most["bare"] else None},
    }


def _allow_open_files(wanted: int) -> None:
    """For this process and those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
