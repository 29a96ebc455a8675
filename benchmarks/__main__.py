"""Runs the benchmarks on a database of their own and prints ratios: both sides of each are timed in this one run.

    python -m benchmarks

On SQLite, or on the server that DATABASE_URL names (a test database is made there and dropped).
"""

import json
import os
import sys
from pathlib import Path

import django

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "crowd.settings.test"
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    from benchmarks import kept_pages, pages, votes, weight

    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        rows = [row for part in (votes, pages, kept_pages) for row in part.run()]
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print_table(rows)
    weights = weight.run()
    weight.print_tables(weights)
    results = {"database": connection.vendor, "rows": rows} | weights
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n")


def print_table(rows: list[dict[str, str | float]]) -> None:
    width = max(len(str(row["what"])) for row in rows)
    for row in rows:
        print(f"{row['what']:<{width}}  {row['ours_ms']:>8.2f} ms  {row['beside_ms']:>8.2f} ms  × {row['ratio']:.2f}")


if __name__ == "__main__":
    sys.exit(main())
