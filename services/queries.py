from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crowd.campaigns.models import Activity, BlockPage, Phase, Sector
from crowd.campaigns.queries import is_visible_block, open_activities
from crowd.memo import once
from crowd.moderation.queries import why_may_not
from crowd.moderation.rules import Act
from crowd.people.kept import kept_form
from crowd.people.models import Municipality, Person
from crowd.people.queries import person_of
from services.forms import RatingForm, ServiceFilterForm
from services.models import Rating, RatingCount, RatingDelta, Score, Service, ServiceOnPage
from services.statistics import Figures, Months, fold_small, join_months, total

RATE = frozenset({Activity.RATE.value})
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """A row of a chart of means: `label`, the mean as `value`, and of how many ratings it is."""

    label: str
    figures: Figures

    @property
    def value(self) -> float:
        return self.figures.mean

    @property
    def note(self) -> str:
        return ratings_in_words(self.figures.count)


@dataclass(frozen=True)
class Breakdown:
    """What a service's own page tells of its ratings besides the whole."""

    months: list[Row]
    places: list[Row]


def ratings_in_words(count: int) -> str:
    return ngettext("%(count)d оценка", "%(count)d оценок", count) % {"count": count}


@once
def has_listed_services() -> bool:
    return Service.objects.listed().exists()


def get_visible_service_or_404(pk: int) -> Service:
    service = Service.objects.visible().select_related("sector").filter(pk=pk).first()
    if service is None:
        raise Http404
    return service


def get_asking_block_or_404(pk: int, service: Service) -> BlockPage:
    """Return the discussion that asks about the service, where the public may see it."""
    asking = ServiceOnPage.objects.filter(service=service).order_by().values("page")
    block: BlockPage | None = BlockPage.objects.visible().filter(pk=pk, pk__in=asking).first()
    if block is None:
        raise Http404
    return block


def what_is_open(service: Service, block: BlockPage | None) -> frozenset[str]:
    """Return what may be done with the service now: in the discussion, or without one on its own page."""
    if block is not None:
        asked = ServiceOnPage.objects.filter(service=service, page=block).exists()
        return open_activities(block.pk) if asked and is_visible_block(block.pk) else NOTHING
    if service.rated_always:
        return RATE
    asking = ServiceOnPage.objects.filter(service=service).order_by().values("page")
    visible = BlockPage.objects.visible().filter(pk__in=asking).order_by().values("pk")
    return RATE if Phase.objects.open_now().filter(rate=True, page__in=visible).exists() else NOTHING


def blocks_asking(service: Service) -> list[BlockPage]:
    """Return the discussions that ask about the service and that the public may see."""
    asking = ServiceOnPage.objects.filter(service=service).order_by().values("page")
    return list(BlockPage.objects.visible().filter(pk__in=asking).order_by("path"))


def campaigns_of_rating(service: Service, block: BlockPage | None) -> Iterator[int]:
    """Yield the campaigns that a rating concerns: on the service's own page all that ask about it, for it is one."""
    for asking in [block] if block is not None else blocks_asking(service):
        yield asking.campaign_id


def own_ratings(person: Person | None, services: Collection[Service]) -> dict[int, Rating]:
    """Return the person's ratings of these services, by the service."""
    if person is None or not services:
        return {}
    ratings = Rating.objects.filter(person=person, service__in=services)
    return {rating.service_id: rating for rating in ratings}


def _sums(*fields: str, service_ids: Collection[int]) -> Iterator[tuple[Any, ...]]:
    """Return rows of these fields and a number of ratings: what is folded and what is not yet, of one moment."""
    folded, unfolded = (
        model.objects.filter(service__in=service_ids).order_by().values_list(*fields).annotate(sum=Sum(column))
        for model, column in ((RatingCount, "count"), (RatingDelta, "change"))
    )
    # One statement: between two a worker could fold, and a rating would be counted twice or not at all.
    return folded.union(unfolded, all=True).iterator()


def _by_key(rows: Iterator[tuple[Any, ...]]) -> dict[Any, Figures]:
    """Return figures by the first of (key, score, number)."""
    counted: dict[Any, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for key, score, number in rows:
        counted[key][score] += number
    return {key: Figures.of(scores) for key, scores in counted.items()}


def figures_of(service_ids: Collection[int]) -> dict[int, Figures]:
    """Return the ratings of each of these services; one query, which reads counts and no ratings."""
    return dict.fromkeys(service_ids, Figures()) | _by_key(_sums("service", "score", service_ids=service_ids))


def breakdown(service: Service) -> Breakdown:
    """Return the ratings of a service by month and by municipality, as far as they may be told; three queries."""
    months = _by_key(_sums("month", "score", service_ids=[service.pk]))
    places = _by_key(_sums("municipality", "score", service_ids=[service.pk]))
    return Breakdown(
        [Row(month_label(joined), joined.figures) for joined in join_months(months)], _rows_of_places(places)
    )


def _rows_of_places(places: dict[int | None, Figures]) -> list[Row]:
    folded = fold_small(places)
    names: dict[int | None, str] = {place.pk: str(place) for place in Municipality.objects.all()}
    names[None] = _("Место не указано")
    rows = [Row(names[key], figures) for key, figures in folded.shown]
    return [*rows, Row(_("Остальные вместе"), folded.others)] if folded.others else rows


def month_label(joined: Months) -> str:
    """Return «Сентябрь 2026», and of several months «Август — сентябрь 2026»."""
    last = date_format(joined.last, "F Y")
    if joined.first == joined.last:
        return last
    first = date_format(joined.first, "F" if joined.first.year == joined.last.year else "F Y")
    return f"{first} — {last.lower()}"


def by_sector(services: Collection[Service], figures: dict[int, Figures]) -> list[tuple[Sector, Figures]]:
    """Return the ratings of the sectors, best known first: of services that show theirs.

    Were the others counted too, one could take the shown ones from the sum.
    """
    groups: dict[Sector, list[Figures]] = defaultdict(list)
    for service in services:
        if figures[service.pk].may_be_shown:
            groups[service.sector].append(figures[service.pk])
    return sorted(
        ((sector, total(parts)) for sector, parts in groups.items()), key=lambda group: (-group[1].mean, group[0].name)
    )


def distribution(figures: Figures) -> list[tuple[str, int]]:
    """Return the rows of a chart: how many ratings of each score, the best first."""
    words = [f"{score} — {label}" for score, label in Score.choices]
    return list(zip(words, figures.scores, strict=True))[::-1]


def ratings_of(person: Person) -> Any:
    """Return a person's ratings of services that may still be seen, the latest first."""
    services = Service.objects.visible().order_by().values("pk")
    return Rating.objects.filter(person=person, service__in=services).select_related("service").order_by("-changed_at")


@dataclass(frozen=True)
class Asked:
    """A service as a page asks about it: its figures, the reader's own rating, and the form where it may be rated."""

    service: Service
    figures: Figures
    own: Rating | None = None
    form: RatingForm | None = None
    # That something was typed into the form already.
    begun: bool = False

    @property
    def distribution(self) -> list[tuple[str, int]]:
        return distribution(self.figures)

    @property
    def ratings(self) -> str:
        return ratings_in_words(self.figures.count)


def _asked(
    request: HttpRequest,
    service: Service,
    figures: Figures,
    *,
    own: Rating | None,
    opened: Collection[str],
    block_id: int | None = None,
    form: RatingForm | None = None,
    held: bool = False,
) -> Asked:
    """Return how a page asks about the service. The form is the one that was refused, else what was typed before.

    `held`: a sanction lets the person rate nothing here; only what was typed already is shown.
    """
    if not (person_of(request) and service.is_active and opened):
        return Asked(service, figures, own, form, begun=form is not None)
    if form is not None:
        return Asked(service, figures, own, form, begun=True)
    kept = kept_form(request, reverse("services:rate", kwargs={"pk": service.pk}))
    if held and not kept:
        return Asked(service, figures, own)
    initial = {"block": block_id, **({"score": own.score, "note": own.note} if own else {})}
    initial |= {name: kept.get(name, "") for name in ("score", "note")} if kept else {}
    return Asked(service, figures, own, RatingForm(service, initial=initial), begun=kept is not None)


def services_on_page(page: BlockPage) -> list[Service]:
    """Return what the page asks about, in its order; of a draft what the draft says. Two queries."""
    ids = [row.service_id for row in page.rated_services.all()]
    visible = Service.objects.visible().select_related("sector").in_bulk(ids) if ids else {}
    return [visible[pk] for pk in ids if pk in visible]


def asked_on_page(request: HttpRequest, page: BlockPage, services: list[Service]) -> dict[str, Any]:
    """Return what `services/_asked.html` shows; the same number of queries for 1 service and for 30."""
    opened = open_activities(page.pk) & RATE
    held = why_may_not(person_of(request), Act.RATE, page) if opened else ""
    figures = figures_of([service.pk for service in services])
    own = own_ratings(person_of(request), services)
    return {
        "asked": [
            _asked(
                request,
                service,
                figures[service.pk],
                own=own.get(service.pk),
                opened=opened,
                block_id=page.pk,
                held=bool(held),
            )
            for service in services
        ],
        "held": held,
        "open": bool(opened),
        "signed_in": person_of(request) is not None,
        "request": request,
    }


def service_context(
    request: HttpRequest, service: Service, *, form: RatingForm | None = None, block: BlockPage | None = None
) -> dict[str, Any]:
    """Return what a service's own page shows; `form` is one that was refused, `block` the discussion it stood in."""
    figures = figures_of([service.pk])[service.pk]
    opened = what_is_open(service, None)
    own = own_ratings(person_of(request), [service]).get(service.pk)
    blocks = blocks_asking(service)
    held = why_may_not(person_of(request), Act.RATE, *blocks) if opened else ""
    return {
        "service": service,
        "asked": _asked(request, service, figures, own=own, opened=opened, form=form, held=bool(held)),
        "held": held,
        "breakdown": breakdown(service) if figures.may_be_shown else None,
        "open": bool(opened) and service.is_active,
        "blocks": blocks,
        "back": block,
    }


def list_context(form: ServiceFilterForm) -> dict[str, Any]:
    """Return what the list of services shows, by sector; the same number of queries for 1 service and for 30."""
    chosen = form.chosen()
    services = Service.objects.listed().select_related("sector").order_by("sector__name", "sort_order", "name")
    listed = list(services.filter(sector=chosen) if chosen else services)
    figures = figures_of([service.pk for service in listed])
    groups: dict[Sector, list[Asked]] = defaultdict(list)
    for service in listed:
        groups[service.sector].append(Asked(service, figures[service.pk]))
    means = by_sector(listed, figures)
    return {
        "filter_form": form,
        "chosen": chosen,
        "groups": list(groups.items()),
        "sectors": [Row(sector.label, summed) for sector, summed in means],
        "services": listed,
    }
