"""A page of a long thread is read by an index, from its first row to its last."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.threads import fill
from discussions.models import Comment
from discussions.queries import (
    Order,
    address_of,
    branch_page,
    changes_after,
    comments_before,
    cursor_of,
    get_visible_comment_or_404,
    thread_page,
)
from tests.factories.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SIZE, BRANCH = 12_000, 3_000
# Many times what a page shows, and a small part of what the thread holds.
MOST_READ = 1_000


@pytest.fixture
def place():
    filled = fill(SIZE, [person() for _ in range(100)], branch=BRANCH)
    with connection.cursor() as cursor:
        # All rows are counted: a sample may fall upon what other tests left behind, and another plan follow from it.
        cursor.execute("SET LOCAL default_statistics_target = 1000")
        # Of its authors too: where statistics tell of the few people whom other tests left, each is tried for each row.
        cursor.execute("ANALYZE discussions_comment, people_person")
    return filled


def scans(plan):
    """The parts of a plan that read rows: how, and how many, those included that were read in vain."""
    kind = plan["Node Type"]
    if kind.endswith("Scan") and plan.get("Relation Name") == "discussions_comment":
        read = (
            plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        )
        yield kind, read * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from scans(part)


def read_by(ask):
    """How the statements of this read find their rows."""
    with CaptureQueriesContext(connection) as queries:
        ask()
    found = []
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"].replace("%", "%%"))
            (answer,) = cursor.fetchone()
        found += scans((json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"])
    return found


def lead(place, number):
    said = Comment.objects.get(thread=place, first_seq=number)
    return lambda: address_of(*get_visible_comment_or_404(None, said.pk))


def test_each_page_is_read_by_an_index(place):
    middle = str(SIZE // 2)
    best = Comment.objects.filter(thread=place, root=None).order_by("-support")[1500]
    first = Comment.objects.get(thread=place, first_seq=1)
    asked = {
        **{f"{order} first": lambda order=order: thread_page(place.pk, order, None) for order in Order},
        **{
            f"{order} further": lambda order=order: thread_page(place.pk, order, cursor_of(order, middle))
            for order in set(Order) - {Order.TOP}
        },
        "top further": lambda: thread_page(place.pk, Order.TOP, (best.support, best.first_seq)),
        "branch": lambda: branch_page(first, None),
        "branch further": lambda: branch_page(first, (BRANCH // 2,)),
        "place": lead(place, 7),
        "place in a branch": lead(place, SIZE),
        "changes": lambda: changes_after(place.pk, SIZE - 50),
        "before": lambda: comments_before(place.pk, SIZE // 2),
    }

    found = {name: read_by(ask) for name, ask in asked.items()}

    assert {name for name, parts in found.items() if "Seq Scan" in dict(parts)} == set()
    read = {name: sum(rows for _kind, rows in parts) for name, parts in found.items()}
    assert {name: rows for name, rows in read.items() if rows > MOST_READ} == {}
