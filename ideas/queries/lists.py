from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from crowd.campaigns.models import Activity
from crowd.campaigns.queries import open_activities
from ideas.models import Idea, IdeaCyclePage
from ideas.queries.counts import with_comment_counts, with_vote_counts

PAGE_SIZE = 20
LAST_PAGE = 50
MOST_MATCHES = 1000

ORDERS = {"new": ("-published_at", "-id"), "top": ("-votes_for", "-id")}
DEFAULT_ORDER = "new"


def some_ideas(cycle_id: int, *, order: str, count: int) -> list[Idea]:
    """Return the first few ideas of a cycle that everybody may read, as cards show them."""
    ideas = with_comment_counts(with_vote_counts(Idea.objects.listed().filter(cycle_id=cycle_id)))
    rows = ideas.select_related("author", "sector", "municipality", "cycle").order_by(*ORDERS.get(order, ORDERS["new"]))
    return list(rows[:count])


@dataclass(frozen=True)
class IdeaList:
    """One page of a cycle's ideas. `next_cursor` leads on where page numbers end."""

    ideas: Sequence[Idea]
    total: int
    page: int
    order: str
    has_next: bool
    next_cursor: str = ""

    @property
    def has_previous(self) -> bool:
        return self.page > 1

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int | None:
        return self.page + 1 if self.has_next and self.page < LAST_PAGE else None


def ideas_in_cycle(
    cycle: IdeaCyclePage, filters: Mapping[str, Any], *, order: str, page: int, after: str = ""
) -> IdeaList:
    """Return a page of the cycle's listed ideas.

    `filters`: `q sector municipality tag status` as the form cleaned them. `after` is a cursor that an earlier page
    gave (one that cannot be read is as if it were not there) and takes the place of `page`.
    """
    ideas = _filtered(Idea.objects.listed().filter(cycle_id=cycle.pk), cycle, filters)
    order = order if order in ORDERS else DEFAULT_ORDER
    rows = with_comment_counts(with_vote_counts(ideas)).order_by(*ORDERS[order])
    rows = rows.select_related("author", "sector", "municipality", "cycle")
    if cursor := _behind(order, after):
        rows, start = rows.filter(cursor), 0
    else:
        start = (page - 1) * PAGE_SIZE
    found = list(rows[start : start + PAGE_SIZE + 1])
    shown, has_next = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    return IdeaList(shown, ideas.count(), page, order, has_next, _cursor(order, shown[-1]) if has_next else "")


def _filtered(ideas: QuerySet[Idea], cycle: IdeaCyclePage, filters: Mapping[str, Any]) -> QuerySet[Idea]:
    if text := filters.get("q"):
        from search.queries import matching_ids

        ideas = ideas.filter(pk__in=matching_ids("idea", text, block_id=cycle.pk, limit=MOST_MATCHES))
    for column in ("sector", "municipality"):
        if chosen := filters.get(column):
            ideas = ideas.filter(**{column: chosen})
    if tag := filters.get("tag"):
        ideas = ideas.filter(tagged_items__tag__slug=tag)
    if status := filters.get("status"):
        ideas = ideas.filter(progress=status)
    return ideas


def _cursor(order: str, last: Idea) -> str:
    value = last.votes_for if order == "top" else last.published_at.isoformat() if last.published_at else ""
    return f"{value}~{last.pk}"


def _behind(order: str, cursor: str) -> Q | None:
    """Return the condition of what stands behind the cursor in this order."""
    column = ORDERS[order][0].removeprefix("-")
    text, _, pk = cursor.partition("~")
    try:
        value: int | datetime = int(text) if order == "top" else datetime.fromisoformat(text)
        last = int(pk)
    except ValueError:
        return None
    if isinstance(value, datetime) and value.tzinfo is None:
        return None
    return Q(**{f"{column}__lt": value}) | Q(**{column: value, "pk__lt": last})


def cycle_context(cycle: IdeaCyclePage, query: QueryDict) -> dict[str, Any]:
    """Return what the cycle's page shows besides its own fields."""
    from ideas.forms import IdeaFilterForm

    form = IdeaFilterForm(query)
    filters = form.filters()
    found = ideas_in_cycle(cycle, filters, order=filters["order"], page=filters["page"], after=query.get("after", ""))
    opened = open_activities(cycle.pk)
    return {
        "campaign": cycle.get_parent(),
        "list": found,
        "filter_form": form,
        "is_filtered": any(filters.get(name) for name in ("q", "sector", "municipality", "tag", "status")),
        "may_submit": Activity.SUBMIT.value in opened,
        "may_vote": Activity.VOTE.value in opened,
    }
