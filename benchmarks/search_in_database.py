"""The database engine's part of the search, on the database at hand, told in one line of JSON.

python -m benchmarks.search_in_database 10000
"""

import json
import os
import sys

import django


def main(ideas: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "crowd.settings.test"
    django.setup()
    from benchmarks.databases import own_database
    from benchmarks.search import MARK, database_engine, fill

    with own_database() as vendor:
        fill(ideas)
        print(MARK + json.dumps({vendor: database_engine()}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
