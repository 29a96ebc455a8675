from typing import Any

HEAD = ("p50 ms", "p95 ms", "p99 ms", "answer p95", "CPU s", "worker s", "posts", "received", "lost", "frames")


def print_sides(found: dict[str, Any]) -> None:
    print(f"\nlive: {found['sockets']} sockets on one process, frames of {found['frame_bytes']} bytes")
    _head("from POST to receipt")
    for load in ("steady", "burst"):
        for side in ("ours", "bare"):
            _line(f"{load}, {side}", found[load][side])
        print(f"{load}: p95 × {found[load]['p95_ratio']}, CPU × {found[load]['cpu_ratio']}")
    most = found["carried"]
    print(f"most comments a second: ours {most['ours']}, bare {most['bare']}, × {most['ratio'] or 0:.2f}")


def print_layers(rows: list[dict[str, Any]], nudges: list[dict[str, Any]]) -> None:
    print()
    _head("by channel layer")
    for row in rows:
        _line(f"{row['layer']}, {row['load']}, {row['side']}", row)
    for row in nudges:
        said = f"{row['heard']} of {row['sent']} messages heard, the last after {row['ms']} ms"
        print(f"{row['layer']} by itself, its reader {row['reader']}: {said}")


def _head(what: str) -> None:
    print(f"{what:<26}" + "".join(f"{name:>12}" for name in HEAD))


def _line(name: str, side: dict[str, Any]) -> None:
    numbers = [side.get(f"p{share}_ms", "none") for share in (50, 95, 99)]
    numbers += [side["answer"].get("p95_ms", "none"), side["cpu_seconds"], side["cpu_by_process"].get("worker", "")]
    numbers += [side[name] for name in ("posts", "received", "lost", "frames")]
    print(f"{name:<26}" + "".join(f"{number:>12}" for number in numbers))
