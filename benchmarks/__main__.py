"""Runs the benchmarks on a database of their own and prints ratios: both sides of each are timed in this one run.

    python -m benchmarks                          all of them
    python -m benchmarks threads weight           some
    python -m benchmarks live --seconds 10 --sockets 100
    python -m benchmarks search --ideas 10000

On SQLite, or on the server that DATABASE_URL names (a test database is made there and dropped). The parts live and
layers need DATABASE_URL and REDIS_URL. What is not run keeps its figures in the results.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import django

RESULTS = Path(__file__).with_name("results.json")
# Those of the first row share one database.
IN_DATABASE = ("votes", "pages", "kept_pages", "threads", "queue")
PARTS = (*IN_DATABASE, "exposure", "live", "layers", "weight", "search", "relevance")


def main() -> None:
    wanted = arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "crowd.settings.test"
    django.setup()
    from benchmarks import exposure, live, vote_rush, weight

    is_kept = RESULTS.exists() and set(wanted.parts) != set(PARTS)
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if is_kept else {}
    if timed := [name for name in IN_DATABASE if name in wanted.parts]:
        results |= in_database(timed, results.get("rows", []))
    if "votes" in wanted.parts:
        results |= vote_rush.run()
    if "exposure" in wanted.parts:
        spread = exposure.run()
        exposure.print_table(spread)
        results |= spread
    size = live.Size(sockets=wanted.sockets, seconds=wanted.seconds)
    if "live" in wanted.parts:
        results |= live.run(size)
    if "layers" in wanted.parts:
        results |= live.run_layers(size)
    if "weight" in wanted.parts:
        weights = weight.run()
        weight.print_tables(weights)
        results |= weights
    if "search" in wanted.parts:
        from benchmarks import search

        results |= search.run(wanted.ideas)
    if "relevance" in wanted.parts:
        from benchmarks import relevance
        from benchmarks.databases import own_database

        with own_database():
            results |= relevance.run()
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Without a part named: all of them.")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="part", help=", ".join(PARTS))
    parser.add_argument(
        "--seconds", type=float, default=60, help="how long two comments a second are sent (live, layers)"
    )
    parser.add_argument("--sockets", type=int, default=1000, help="how many listen (live, layers)")
    parser.add_argument("--ideas", type=int, default=100_000, help="how many are searched (search)")
    wanted = parser.parse_args()
    wanted.parts = wanted.parts or list(PARTS)
    return wanted


def in_database(names: list[str], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """Run these parts on a database made for them; rows of other parts stay as they were."""
    from importlib import import_module

    from benchmarks.databases import own_database

    with own_database() as vendor:
        rows = [row for part in names for row in import_module(f"benchmarks.{part}").run()]
    print_table(rows)
    timed = {row["what"] for row in rows}
    return {"database": vendor, "rows": [row for row in earlier if row["what"] not in timed] + rows}


def print_table(rows: list[dict[str, Any]]) -> None:
    width = max(len(str(row["what"])) for row in rows)
    for row in rows:
        asked = f"  {row['queries'][0]} and {row['queries'][1]} queries" if "queries" in row else ""
        times = f"{row['ours_ms']:>8.2f} ms  {row['beside_ms']:>8.2f} ms  × {row['ratio']:.2f}"
        print(f"{row['what']:<{width}}  {times}{asked}")


if __name__ == "__main__":
    sys.exit(main())
