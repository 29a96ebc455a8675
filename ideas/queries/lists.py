"""The lists of a cycle's ideas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from crowd import clock
from crowd.campaigns.models import Activity, Sector
from crowd.campaigns.queries import open_activities
from crowd.pages_cache.shown import counts_as_seen
from crowd.people.models import Municipality, Person
from crowd.people.queries import person_of
from ideas.models import Idea, IdeaCyclePage, TaggedIdea
from ideas.queries.counts import may_see_counts, with_comment_counts, with_vote_counts
from ideas.queries.facets import Facets, Total, facets_of, municipalities, sectors, total_of
from ideas.queries.orders import ORDERS, offset_for, ordered_ids, read_cursor, write_cursor

PAGE_SIZE = 20
LAST_PAGE = 50
MOST_MATCHES = 1000
FILTERS = ("q", "sector", "municipality", "tag", "status")


@dataclass(frozen=True)
class IdeaList:
    """One page of a cycle's ideas. `next_cursor` leads on from its last one; "" behind the last of all."""

    ideas: Sequence[Idea]
    total: Total
    page: int
    order: str
    next_cursor: str = ""
    # Reached by a cursor: there are ideas before these, on a page without a number.
    is_further: bool = False

    @property
    def has_next(self) -> bool:
        return bool(self.next_cursor)

    @property
    def next_page(self) -> int | None:
        """The number of the next page, where the order has numbers: the circle `fair` goes on by cursor alone."""
        counted = self.has_next and not self.is_further and self.order != "fair"
        return self.page + 1 if counted and self.page < LAST_PAGE else None

    @property
    def previous_page(self) -> int | None:
        return self.page - 1 if self.page > 1 and not self.is_further else None


def some_ideas(cycle_id: int, *, order: str, count: int) -> list[Idea]:
    """Return the first few ideas of a cycle that everybody may read, as cards show them."""
    name = order if order in ORDERS else "new"
    cycle = IdeaCyclePage.objects.visible().filter(pk=cycle_id).first()
    if cycle is None:
        return []
    name = _allowed_order(name, None, cycle)
    offset = offset_for(None, cycle_id)
    ids = ordered_ids(_listed(cycle), name, offset=offset, behind=None, start=0, count=count)
    return _cards(ids, cycle)


def ideas_in_cycle(
    cycle: IdeaCyclePage,
    filters: Mapping[str, Any],
    *,
    order: str,
    page: int = 1,
    after: str = "",
    person: Person | None = None,
    facets: Facets | None = None,
) -> IdeaList:
    """Return a page of the listed ideas of a cycle that the caller has found visible.

    `filters`: `q sector municipality tag status` as the form cleaned them: words and slugs. `after` is a cursor that an
    earlier page gave (one that cannot be read is as if it were not there) and takes the place of `page`. `order` by
    votes is `fair` while the person may not see the counts.
    """
    name = _allowed_order(order if order in ORDERS else "new", person, cycle)
    chosen = {key: filters[key] for key in FILTERS if filters.get(key)}
    ideas = _filtered(_listed(cycle), cycle, chosen)
    cursor = read_cursor(name, after)
    offset, behind = cursor or (offset_for(person, cycle.pk) if name == "fair" else 0.0, None)
    start = 0 if cursor else (page - 1) * PAGE_SIZE
    ids = ordered_ids(ideas, name, offset=offset, behind=behind, start=start, count=PAGE_SIZE + 1)
    shown = _cards(ids[:PAGE_SIZE], cycle)
    further = write_cursor(name, offset, shown[-1]) if len(ids) > PAGE_SIZE and shown else ""
    if not start and not cursor and not further:
        total = Total(len(shown))
    else:
        total = total_of(ideas, facets or facets_of(cycle), chosen)
    return IdeaList(shown, total, page, name, further, is_further=cursor is not None)


def _allowed_order(name: str, person: Person | None, cycle: IdeaCyclePage) -> str:
    """Whoever may not know the counts may not read them off the order either."""
    return "fair" if name == "top" and not may_see_counts(person, cycle) else name


def _listed(cycle: IdeaCyclePage) -> QuerySet[Idea]:
    published = Idea.objects.filter(cycle_id=cycle.pk, moderation=Idea.Moderation.PUBLISHED)
    return published.exclude(progress__in=Idea.UNLISTED)


def _cards(ids: list[int], cycle: IdeaCyclePage) -> list[Idea]:
    """Read what cards show of these ideas, in this order."""
    rows = with_comment_counts(with_vote_counts(Idea.objects.filter(pk__in=ids)))
    found = {idea.pk: idea for idea in rows.select_related("author", "sector", "municipality")}
    ideas = [found[pk] for pk in ids if pk in found]
    for idea in ideas:
        idea.cycle = cycle
    return ideas


def _filtered(ideas: QuerySet[Idea], cycle: IdeaCyclePage, filters: Mapping[str, Any]) -> QuerySet[Idea]:
    if text := filters.get("q"):
        from search.queries import matching_ids

        ideas = ideas.filter(pk__in=matching_ids("idea", text, block_id=cycle.pk, limit=MOST_MATCHES))
    if slug := filters.get("sector"):
        ideas = ideas.filter(sector_id=_id_of(slug, sectors()))
    if slug := filters.get("municipality"):
        ideas = ideas.filter(municipality_id=_id_of(slug, municipalities()))
    if slug := filters.get("tag"):
        ideas = ideas.filter(pk__in=TaggedIdea.objects.filter(tag__slug=slug).values("content_object_id"))
    if status := filters.get("status"):
        ideas = ideas.filter(progress=status)
    return ideas


def _id_of(slug: str, rows: Sequence[Sector | Municipality]) -> int:
    """Return the id that a filter goes by, without a join: the database then knows how many ideas to expect."""
    return next((row.pk for row in rows if row.slug == slug), 0)


def cycle_context(cycle: IdeaCyclePage, request: HttpRequest) -> dict[str, Any]:
    """Return what the cycle's page shows besides its own fields."""
    from ideas.list_forms import IdeaFilterForm

    person, opened, facets = person_of(request), open_activities(cycle.pk), facets_of(cycle)
    sees_counts = may_see_counts(person, cycle)
    default = "fair" if Activity.VOTE in opened else "new"
    form = IdeaFilterForm(request.GET, facets=facets, order=default, by_votes=sees_counts)
    filters = form.filters()
    found = ideas_in_cycle(
        cycle,
        filters,
        order=filters["order"],
        page=filters["page"],
        after=request.GET.get("after", ""),
        person=person,
        facets=facets,
    )
    if not clock.is_rehearsal() and not getattr(request, "is_preview", False):
        counts_as_seen(request, "ideas", [idea.pk for idea in found.ideas])
    return {
        "campaign": cycle.get_parent(),
        "list": found,
        "facets": facets,
        "filter_form": form,
        "is_filtered": any(filters.get(name) for name in FILTERS),
        "chosen_tag": filters["tag"],
        "votes_hidden": not sees_counts,
        "may_submit": Activity.SUBMIT.value in opened,
        "may_vote": Activity.VOTE.value in opened,
    }
