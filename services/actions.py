from collections import Counter
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, DateField, F
from django.db.models.functions import TruncMonth
from django.utils import timezone

from crowd import clock
from crowd.campaigns.models import BlockPage
from crowd.campaigns.queries import participant
from crowd.events import actions as events
from crowd.moderation.queries import require_may_in
from crowd.moderation.rules import Act
from crowd.people.models import Person
from services.models import Rating, RatingChange, RatingCount, RatingDelta, Service
from services.queries import campaigns_of_rating, what_is_open
from services.rules import require_rateable, require_rating


class Group(NamedTuple):
    """What ratings are counted by."""

    service_id: int
    month: date
    municipality_id: int | None
    score: int


def month_of(moment: datetime) -> date:
    return timezone.localdate(moment).replace(day=1)


def group_of(rating: Rating) -> Group:
    return Group(rating.service_id, month_of(rating.changed_at), rating.municipality_id, rating.score)


@transaction.atomic
def rate_service(
    *, person: Person | None, service: Service, score: int, note: str = "", block: BlockPage | None = None
) -> Rating:
    """Give a service a score or another one: one row per person and service, by constraint, and its history.

    `block` is the discussion in which it is asked. Without one it is the service's own page: it is rated there while
    it may be rated anywhere, or always.
    """
    person = participant(person)
    require_may_in(person, Act.RATE, campaigns_of_rating(service, block))
    require_rateable(service, what_is_open(service, block))
    note = note.replace("\r\n", "\n").strip()
    require_rating(score, note)
    place = person.municipality_id
    given = Rating(service=service, person=person, score=score, note=note, municipality_id=place)
    Rating.objects.bulk_create([given], ignore_conflicts=True)
    rating = Rating.objects.select_for_update().get(service=service, person=person)
    if rating.times and (rating.score, rating.note) == (score, note):
        return rating
    before = group_of(rating) if rating.times else None
    rating.score, rating.note, rating.municipality_id = score, note, place
    rating.times, rating.changed_at = rating.times + 1, clock.now()
    rating.save(update_fields=["score", "note", "municipality", "times", "changed_at"])
    RatingChange.objects.create(rating=rating, number=rating.times, score=score, note=note, at=rating.changed_at)
    _count(before, group_of(rating))
    # No actor: the log tells that somebody rated, the row alone tells who.
    events.record(
        "rating.given",
        subject=events.Subject("service", service.pk),
        campaign_id=block.campaign_id if block else None,
        payload={"block": block.pk} if block else {},
    )
    return rating


def _count(before: Group | None, after: Group) -> None:
    """Note what the rating changed in the counts: the counts are no rows that every rating updates."""
    if before == after:
        return
    changes = [RatingDelta(**after._asdict(), change=1)]
    if before:
        changes.append(RatingDelta(**before._asdict(), change=-1))
    RatingDelta.objects.bulk_create(changes)


@transaction.atomic
def fold_counts(*, service_id: int, most: int) -> None:
    """Fold what ratings changed into the service's counts; twice does no harm, since what is folded is gone.

    Two workers at one service wait for each other at its row.
    """
    Service.objects.select_for_update(no_key=True).get(pk=service_id)
    rows = list(RatingDelta.objects.filter(service_id=service_id).order_by("pk")[:most])
    RatingDelta.objects.filter(pk__in=[row.pk for row in rows]).delete()
    changes: Counter[Group] = Counter()
    for row in rows:
        changes[Group(row.service_id, row.month, row.municipality_id, row.score)] += row.change
    for group, change in changes.items():
        _add(group, change)


def _add(group: Group, change: int) -> None:
    if not change:
        return
    counts = RatingCount.objects.filter(**group._asdict())
    if not counts.update(count=F("count") + change):
        RatingCount.objects.create(**group._asdict(), count=change)


def reconcile_counts() -> list[str]:
    """Set the folded counts of every service to what its ratings say; return a line per service that differed."""
    return [line for pk in Service.objects.order_by("pk").values_list("pk", flat=True) if (line := recount(pk))]


@transaction.atomic
def recount(service_id: int) -> str:
    """Count a service's ratings anew; say what differed, nothing where all was right."""
    Service.objects.select_for_update(no_key=True).get(pk=service_id)
    right = _counted(service_id)
    stored = {
        Group(row.service_id, row.month, row.municipality_id, row.score): row.count
        for row in RatingCount.objects.filter(service_id=service_id, count__gt=0)
    }
    if stored == right:
        return ""
    RatingCount.objects.filter(service_id=service_id).delete()
    RatingCount.objects.bulk_create(RatingCount(**group._asdict(), count=count) for group, count in right.items())
    return f"Service {service_id}: {sum(stored.values())} ratings were counted, {sum(right.values())} are right."


def _counted(service_id: int) -> dict[Group, int]:
    """Return what the folded counts must be: the ratings without what is not folded of them yet."""
    month = TruncMonth("changed_at", output_field=DateField())
    fields = ("service", "month", "municipality", "score", "number")
    ratings = Rating.objects.filter(service=service_id).order_by().annotate(month=month)
    counted = ratings.values("service", "month", "municipality", "score").annotate(number=Count("pk"))
    unfolded = RatingDelta.objects.filter(service=service_id).annotate(number=-F("change")).values_list(*fields)
    right: Counter[Group] = Counter()
    # One statement sees both as of one moment.
    for *group, number in counted.values_list(*fields).union(unfolded, all=True):
        right[Group(*group)] += number
    return {group: count for group, count in right.items() if count}


@transaction.atomic
def tell_of_saving(*, service_id: int, actor_id: int) -> Service:
    """Give what an editor has saved a new version, which the search follows."""
    Service.objects.filter(pk=service_id).update(version=F("version") + 1)
    _record("service.saved", service_id, actor_id)
    return Service.objects.get(pk=service_id)


@transaction.atomic
def tell_of_deletion(*, service_id: int, actor_id: int) -> None:
    _record("service.deleted", service_id, actor_id)


def _record(kind: str, service_id: int, actor_id: int) -> None:
    events.record(kind, subject=events.Subject("service", service_id), actor_id=actor_id)
