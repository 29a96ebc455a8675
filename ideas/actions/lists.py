"""What the worker keeps for lists: counts by facet, comments, what was shown, the hourly draw of the order `fair`."""

from collections import Counter
from collections.abc import Collection, Mapping
from random import Random, SystemRandom

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from crowd import clock
from crowd.campaigns.models import Phase
from crowd.events.models import Delivery
from discussions.models import Thread
from ideas.models import Exposure, FacetCount, Idea, IdeaCyclePage, TaggedIdea
from ideas.ranking import fair_keys

Facet = FacetCount.Facet

MOST_FOLDED = 20_000
# So many rows are held at a time by the draw: votes are folded into the same ones.
BATCH = 1000
# Tags are written freely: only those are counted that lists may offer.
MOST_TAGS = 30
COLUMNS = {
    Facet.SECTOR: "sector__slug",
    Facet.MUNICIPALITY: "municipality__slug",
    Facet.STATUS: "progress",
}


@transaction.atomic
def count_facets(*, cycle_id: int) -> list[str]:
    """Count a cycle's listed ideas by facet; return a line per count that differed from what was stored."""
    # Whoever holds the page's row counts; the next one then sees what this one could not.
    if not IdeaCyclePage.objects.select_for_update(of=("self",), no_key=True).filter(pk=cycle_id).exists():
        return []
    stored = {(row.facet, row.value): row.count for row in FacetCount.objects.filter(cycle_id=cycle_id)}
    right = _counted(cycle_id)
    changed = {key: right.get(key, 0) for key in stored.keys() | right.keys() if stored.get(key) != right.get(key, 0)}
    now = clock.now()
    FacetCount.objects.bulk_create(
        [
            FacetCount(cycle_id=cycle_id, facet=facet, value=value, count=count, counted_at=now)
            for (facet, value), count in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["cycle", "facet", "value"],
        update_fields=["count", "counted_at"],
    )
    return [
        f"Cycle {cycle_id}: {stored.get(key, 0)} ideas of {' '.join(key).strip()} were stored, {count} is right."
        for key, count in sorted(changed.items())
    ]


def _counted(cycle_id: int) -> dict[tuple[str, str], int]:
    listed = Idea.objects.filter(cycle_id=cycle_id, moderation=Idea.Moderation.PUBLISHED)
    listed = listed.exclude(progress__in=Idea.UNLISTED).order_by()
    counts: dict[tuple[str, str], int] = {(Facet.ALL.value, ""): listed.count()}
    for facet, column in COLUMNS.items():
        rows = listed.exclude(**{column: None}).values_list(column).annotate(Count("pk"))
        counts |= {(facet.value, value): count for value, count in rows}
    tags = TaggedIdea.objects.filter(content_object__in=listed).order_by().values_list("tag__slug")
    most = tags.annotate(count=Count("pk")).order_by("-count", "tag__slug")[:MOST_TAGS]
    return counts | {(Facet.TAG.value, slug): count for slug, count in most}


def reconcile_facets() -> list[str]:
    """Set the counts by facet of every cycle to what its ideas say; return a line per count that differed."""
    return [line for pk in IdeaCyclePage.objects.order_by("pk").values_list("pk", flat=True) for line in _facets(pk)]


def _facets(cycle_id: int) -> list[str]:
    # What was never counted, or waits to be counted anew, is not wrong.
    known = FacetCount.objects.filter(cycle_id=cycle_id).exists()
    waiting = Delivery.objects.filter(consumer="ideas.facets", status=Delivery.Status.PENDING).exists()
    lines = count_facets(cycle_id=cycle_id)
    return lines if known and not waiting else []


@transaction.atomic
def fold_comments(*, thread_ids: Collection[int]) -> None:
    """Let ideas say how many public comments their threads have: the order `discussed` goes by it."""
    threads = Thread.objects.filter(pk__in=thread_ids, host_kind="idea")
    # Behind the ideas' locks the threads say what is right now: of two workers the later one sees the later count.
    _lock(list(threads.values_list("host_id", flat=True)))
    counts = dict(threads.values_list("host_id", "comment_count"))
    _write("comments_folded", counts)


@transaction.atomic
def note_exposure(*, times: Mapping[int, int]) -> None:
    """Note how often ideas were shown in lists, until the worker folds it; of ideas that are gone meanwhile nothing."""
    present = Idea.objects.filter(pk__in=times).values_list("pk", flat=True)
    Exposure.objects.bulk_create(Exposure(idea_id=pk, times=times[pk]) for pk in sorted(present))


def fold_exposure() -> None:
    """Add to the ideas how often they were shown since."""
    while _fold_exposure() == MOST_FOLDED:
        pass


@transaction.atomic
def _fold_exposure() -> int:
    rows = list(Exposure.objects.select_for_update().order_by("pk")[:MOST_FOLDED])
    shown: Counter[int] = Counter()
    for row in rows:
        shown[row.idea_id] += row.times
    for part in _parts(sorted(shown)):
        _lock(part)
        _write("exposure", {pk: shown[pk] for pk in part}, add=True)
    Exposure.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def draw_fair_keys() -> None:
    """Draw the order `fair` anew in every cycle where people may vote now."""
    cycles = Phase.objects.open_now().filter(vote=True).order_by("page_id").values_list("page_id", flat=True)
    for cycle_id in cycles.distinct():
        draw_cycle(cycle_id=cycle_id, random=SystemRandom())


def draw_cycle(*, cycle_id: int, random: Random) -> None:
    """Give each public idea of the cycle its place in the order `fair`, by how often it has been shown so far."""
    ideas = Idea.objects.filter(cycle_id=cycle_id, moderation=Idea.Moderation.PUBLISHED).order_by("pk")
    rows = list(ideas.values_list("pk", "exposure"))
    keys = dict(zip([pk for pk, _ in rows], fair_keys([exposure for _, exposure in rows], random), strict=True))
    for part in _parts(list(keys)):
        with transaction.atomic():
            _lock(part)
            _write("fair_key", {pk: keys[pk] for pk in part})


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _lock(idea_ids: Collection[int]) -> None:
    """Take the rows in one order, as everybody does: two who take several never wait for each other."""
    rows: QuerySet[Idea] = Idea.objects.select_for_update(no_key=True).filter(pk__in=idea_ids).order_by("pk")
    list(rows.values_list("pk"))


def _write(column: str, values: Mapping[int, float], *, add: bool = False) -> None:
    """Set a column of many ideas by one statement; nothing that the search knows of."""
    if not values:
        return
    places = ", ".join(["(%s, %s)"] * len(values))
    before = f"idea.{column} + " if add else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE ideas_idea AS idea SET {column} = {before}new.column2"  # noqa: S608 - names and %s, no values
            f" FROM (VALUES {places}) AS new WHERE idea.id = new.column1",
            [part for pair in values.items() for part in pair],
        )
