"""The channel layers under the same load: in memory (one process for everything), and both of channels_redis.

Through the product, whose hub holds one channel per thread and process; and through the bare consumers, each of which
holds one of its own, as it is usual.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.live.measure import burst, constant_of, steady, summed_up, warm_up
from benchmarks.live.sides import Side, bare, embedded, production

CORE = "channels_redis.core.RedisChannelLayer"
OURS_ON_CORE = {"DJANGO_SETTINGS_MODULE": "benchmarks.live.core_layer"}
TURNS = 2


def compare_layers(folder: Path, named: dict[str, str], size: Any) -> list[dict[str, Any]]:
    with ExitStack() as running:
        sides: list[tuple[str, Side]] = [
            ("in memory", running.enter_context(embedded(folder / "memory", named))),
            ("core", running.enter_context(production(folder / "core", named, workers=0, **OURS_ON_CORE))),
            ("pub/sub", running.enter_context(production(folder / "pubsub", named, workers=0))),
        ]
        frame, *_ = [constant_of(warm_up(side)) for _, side in sides]
        for name, environment in (("core", {"CHANNEL_LAYER": CORE}), ("pub/sub", {})):
            side = running.enter_context(bare(folder / f"bare_{name[:3]}", named, frame, **environment))
            warm_up(side)
            sides.append((name, side))
        loads = {"steady": lambda side: steady(side, size, size.seconds / 2 / TURNS), "burst": lambda s: burst(s, size)}
        rows = []
        for load, work in loads.items():
            reports: list[list[Any]] = [[] for _ in sides]
            for _ in range(TURNS):
                for turns, (_, side) in zip(reports, sides, strict=True):
                    turns.append(work(side))
            rows += [
                {"layer": layer, "load": load, "side": side.name} | summed_up(turns)
                for turns, (layer, side) in zip(reports, sides, strict=True)
            ]
    return rows
