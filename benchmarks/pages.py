"""The list of a large cycle beside that of a small one, through the whole of a request."""

from datetime import timedelta

from django.test import Client

from benchmarks.timing import Row, compare
from crowd import clock
from ideas.models import Idea
from tests.factories import pages
from tests.factories.people import person

SMALL, LARGE, TIMES = 100, 10_000, 15


def fill(size: int) -> str:
    cycle, author, now = pages.cycle(title=f"{size} идей"), person(), clock.now()
    Idea.objects.bulk_create(
        (
            Idea(
                cycle=cycle,
                author=author,
                title=f"Идея {n}",
                problem="Так неудобно.",
                moderation="published",
                votes_for=n * 7919 % 997,
                published_at=now - timedelta(seconds=n),
            )
            for n in range(size)
        ),
        batch_size=500,
    )
    return cycle.url


def run() -> list[Row]:
    client, small, large = Client(), fill(SMALL), fill(LARGE)

    def page(url: str) -> None:
        assert client.get(url).status_code == 200

    return [
        compare(f"list of {LARGE} by {order}, beside {SMALL}", ours, beside, times=TIMES)
        for order in ("new", "top")
        for ours, beside in [
            (lambda order=order: page(f"{large}?order={order}"), lambda order=order: page(f"{small}?order={order}"))
        ]
    ]
