from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, QueryDict

from crowd.campaigns.models import Activity
from crowd.campaigns.queries import open_activities
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of
from discussions.models import Thread
from ideas.models import Attachment, Idea, IdeaCyclePage, Vote, VoteChange

PAGE_SIZE = 20
LAST_PAGE = 50
MOST_MATCHES = 1000

ORDERS = {"new": ("-published_at", "-id"), "top": ("-votes_for", "-id")}
DEFAULT_ORDER = "new"


def _unfolded(column: str) -> Coalesce:
    changes = VoteChange.objects.filter(idea=OuterRef("pk")).order_by().values("idea").annotate(sum=Sum(column))
    return Coalesce(Subquery(changes.values("sum"), output_field=IntegerField()), 0)


def with_vote_counts(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Add `up` and `down`: what is folded plus what the worker has not folded yet."""
    return ideas.annotate(
        up=F("votes_for") + _unfolded("votes_for"), down=F("votes_against") + _unfolded("votes_against")
    )


def with_counted_votes(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Add what the folded counts must be by the rows: `counted_for`, `counted_against`. Costs a count per idea."""

    def counted(value: Vote.Value) -> Coalesce:
        votes = Vote.objects.filter(idea=OuterRef("pk"), value=value).order_by().values("idea")
        return Coalesce(Subquery(votes.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)

    return ideas.annotate(
        counted_for=counted(Vote.Value.FOR) + F("imported_votes") - _unfolded("votes_for"),
        counted_against=counted(Vote.Value.AGAINST) - _unfolded("votes_against"),
    )


def counted_votes(idea: Any) -> tuple[int, int]:
    """Return the right counts of an idea that `with_counted_votes` has read."""
    return idea.counted_for, idea.counted_against


def differs(idea: Any) -> bool:
    return counted_votes(idea) != (idea.votes_for, idea.votes_against)


def with_comment_counts(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Add `comment_count`: how many comments of the idea's thread are public."""
    threads = Thread.objects.filter(host_kind="idea", host_id=OuterRef("pk"))
    return ideas.annotate(comment_count=Coalesce(Subquery(threads.values("comment_count")), 0))


def vote_counts(idea_id: int) -> tuple[int, int]:
    """Return the voices for and against one idea."""
    idea: Any = with_vote_counts(Idea.objects.filter(pk=idea_id)).get()
    return idea.up, idea.down


def live_group(idea_id: int) -> str:
    """Return the name of the group of open pages that show this idea: its thread's."""
    thread = Thread.objects.filter(host_kind="idea", host_id=idea_id).values_list("pk", flat=True).first()
    return f"thread.{thread}" if thread else ""


def is_public(idea: Idea) -> bool:
    return Idea.objects.visible().filter(pk=idea.pk).exists()


def may_look_behind(idea: Idea, person: Person | None) -> bool:
    """Say whether the person sees the idea also while the public does not: its author, and the campaign's staff."""
    if person is None or not person.is_authenticated:
        return False
    roles = roles_of(person)
    if idea.author_id == person.pk or roles.everywhere:
        return True
    staff = (CampaignRole.Role.MODERATOR, CampaignRole.Role.EDITOR)
    return bool(roles) and any(roles.holds(role, idea.cycle.campaign_id) for role in staff)


def get_visible_idea_or_404(person: Person | None, pk: int) -> Idea:
    """Return the idea if this person may see it; the one door to an idea by its id."""
    related = ("cycle", "author", "sector", "municipality")
    idea = with_vote_counts(Idea.objects.select_related(*related).filter(pk=pk)).first()
    if idea is None:
        raise Http404
    if not is_public(idea) and not may_look_behind(idea, person):
        raise Http404
    return idea


def get_visible_attachment_or_404(person: Person | None, pk: int) -> Attachment:
    attachment = Attachment.objects.filter(pk=pk).first()
    if attachment is None:
        raise Http404
    get_visible_idea_or_404(person, attachment.idea_id)
    return attachment


def own_vote(person: Person | None, idea: Idea) -> Vote | None:
    if person is None or not person.is_authenticated:
        return None
    return Vote.objects.filter(idea=idea, person=person).first()


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


def ideas_of(person: Person) -> QuerySet[Idea]:
    """Return a person's own ideas, in whatever state."""
    return with_vote_counts(Idea.objects.filter(author=person)).order_by("-created_at", "-pk")


def votes_of(person: Person) -> QuerySet[Vote]:
    """Return the voices that a person has given and not taken back, for ideas that may still be seen."""
    given = Vote.objects.filter(person=person, idea__in=Idea.objects.visible()).exclude(value=Vote.Value.NONE)
    return given.select_related("idea").order_by("-cast_at")
