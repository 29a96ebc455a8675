"""The list of a large cycle and the page of one of its ideas, beside a small one, through the whole of a request.

Pages are made anew for each request; what visitors get who are not signed in is mostly a kept one (kept_pages.py).
Each row counts the queries of both sides.
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.timing import Row, compare
from crowd import clock
from crowd.campaigns.models import Sector
from crowd.people.models import Municipality
from ideas.actions import count_facets
from ideas.bench import TAGS, Size, fill, make_cycle, make_people
from ideas.models import Idea, IdeaCyclePage, IdeaTag
from ideas.queries import ideas_in_cycle
from tests.factories.people import person

SMALL, MIDDLE, LARGE, TIMES = 100, 10_000, 100_000, 21
MATCHING = 40
USERS, VOTES, COMMENTS = 2000, 20_000, 5000
ORDERS = ("fair", "top", "new", "discussed")


def run() -> list[Row]:
    people = make_people(USERS)
    cycles = {}
    for size in (SMALL, MIDDLE, LARGE):
        cycles[size] = make_cycle(f"{size} идей")
        fill(cycles[size], people, Size(size, USERS, COMMENTS, VOTES))
    anonymous, resident = Client(), Client()
    resident.force_login(person(), backend="allauth.account.auth_backends.AuthenticationBackend")
    small, large = cycles[SMALL], cycles[LARGE]
    rows = [
        beside(f"by {order}{who}", client, size, cycles[size], small, order=order)
        for size in (MIDDLE, LARGE)
        for order in ORDERS
        for who, client in (("", anonymous), (", signed in", resident))
    ]
    # As many cards are drawn of it as of the large one, or the ratio would tell of cards.
    chosen_from = make_cycle(f"{SMALL} идей для отбора")
    fill(chosen_from, people, Size(SMALL, USERS, COMMENTS // 10, VOTES // 10))
    for name, chosen in filters().items():
        let_match(chosen_from, chosen)
        rows += [
            beside(f"by {order}, of one {name}", anonymous, LARGE, large, chosen_from, order=order, **chosen)
            for order in ORDERS
        ]
    rows += [
        beside(f"by {order}, further on", anonymous, LARGE, large, small, order=order, further=True) for order in ORDERS
    ]
    rows += [idea_page(who, client, large, small) for who, client in (("", anonymous), (", signed in", resident))]
    return rows


def filters() -> dict[str, dict[str, str]]:
    tag = IdeaTag.objects.get(name=TAGS[0]).slug
    return {
        "sector": {"sector": "health"},
        "municipality": {"municipality": "surgut"},
        "tag": {"tag": tag},
        "status": {"status": "accepted"},
        "sector and status": {"sector": "health", "status": "open"},
    }


def let_match(cycle: IdeaCyclePage, chosen: dict[str, str]) -> None:
    """Let more of the cycle's ideas than a page shows meet the filter, and count them as the worker does."""
    ideas = list(Idea.objects.filter(cycle=cycle, moderation=Idea.Moderation.PUBLISHED).order_by("pk")[:MATCHING])
    sector = Sector.objects.filter(slug=chosen.get("sector")).first()
    place = Municipality.objects.filter(slug=chosen.get("municipality")).first()
    for idea in ideas:
        idea.progress = chosen.get("status", Idea.Progress.OPEN)
        idea.sector, idea.municipality = sector or idea.sector, place or idea.municipality
        if tag := chosen.get("tag"):
            idea.tags.add(IdeaTag.objects.get(slug=tag))
    Idea.objects.bulk_update(ideas, ["progress", "sector", "municipality"])
    count_facets(cycle_id=cycle.pk)


def beside(
    what: str,
    client: Client,
    size: int,
    large: IdeaCyclePage,
    small: IdeaCyclePage,
    *,
    further: bool = False,
    **query: str,
) -> Row:
    def address(cycle: IdeaCyclePage) -> str:
        after = {"after": ideas_in_cycle(cycle, {}, order=query["order"], page=2).next_cursor} if further else {}
        return f"{cycle.url}?{urlencode(query | after)}"

    return timed(f"list of {size} {what}, beside {SMALL}", client, address(large), address(small))


def idea_page(who: str, client: Client, large: IdeaCyclePage, small: IdeaCyclePage) -> Row:
    def address(cycle: IdeaCyclePage) -> str:
        # One in the middle of the many; as much is drawn of it as of the one beside it.
        pick = Idea.objects.filter(cycle=cycle, comments_folded=0).order_by("pk").first()
        pick = pick or Idea.objects.filter(cycle=cycle).order_by("comments_folded", "pk")[0]
        pick.published_at = clock.now() - timedelta(days=1)
        pick.save(update_fields=["published_at"])
        return pick.get_absolute_url()

    return timed(f"an idea of {LARGE}{who}, beside one of {SMALL}", client, address(large), address(small))


def timed(what: str, client: Client, ours: str, other: str) -> Row:
    caches["pages"].clear()

    def ask(url: str) -> None:
        # A field that no page knows: it is made anew, of what is at hand for all pages.
        answer = client.get(f"{url}{'&' if '?' in url else '?'}made=anew")
        assert answer.status_code == 200, (url, answer.status_code)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            ask(url)
        return len(captured)

    with override_settings(PAGES_CACHE_SECONDS=300):
        for url in (ours, other):
            ask(url)
        counted = [queries(ours), queries(other)]
        row = compare(what, lambda: ask(ours), lambda: ask(other), times=TIMES)
    return row | {"queries": counted}  # type: ignore[return-value]
