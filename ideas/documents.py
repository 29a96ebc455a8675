"""How ideas get into the search, and what follows for them when their cycle is published or unpublished."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from crowd.campaigns.documents import VISIBILITY_CHANGED, campaigns_by_block
from crowd.campaigns.models import Sector, seen_by_all
from crowd.errors import Text
from crowd.events import actions as events
from crowd.events.models import Event
from crowd.events.registry import subscribe
from crowd.people.models import Municipality, Person
from discussions.documents import follow_host
from discussions.hosts import Host
from ideas.models import Idea, IdeaCyclePage, IdeaTag
from ideas.queries import support_told, votes_ahead, with_vote_counts
from ideas.queries.similar import facts
from ideas.transitions import PROGRESS
from search.documents import Document, DocumentKind, Found, registry

STREAMED = 500
CYCLE_CHANGED = "idea.cycle_changed"
# After these an idea's page may be there or not, and so its comments.
VISIBILITY = frozenset({"idea.published", "idea.hidden", "idea.rejected", "idea.withheld", CYCLE_CHANGED})
PROGRESSED = frozenset(step.event for step in PROGRESS.values())
EVENTS = VISIBILITY | PROGRESSED | {"idea.edited"}


def idea_text(idea: Idea) -> str:
    return "\n".join(part for part in (idea.problem, idea.solution, idea.effect) if part)


def documents(ids: Iterable[int] | None) -> Iterator[Document]:
    """Return the ideas that lists show. A withdrawn one keeps its page, but nobody should find it by chance."""
    ideas = (
        Idea.objects.listed()
        .select_related("sector", "municipality")
        .prefetch_related("tagged_items__tag")
        .annotate(told=support_told())
        .order_by("pk")
    )
    if ids is not None:
        ideas = ideas.filter(pk__in=list(ids))
    campaigns = campaigns_by_block()
    for idea in ideas.iterator(chunk_size=STREAMED):
        yield Document(
            kind="idea",
            id=idea.pk,
            version=idea.version,
            title=idea.title,
            body=idea.problem,
            more="\n".join(filter(None, (idea.solution, idea.effect))),
            created_at=idea.published_at or idea.created_at,
            campaign_id=campaigns.get(idea.cycle_id),
            block_id=idea.cycle_id,
            sector=idea.sector.slug if idea.sector else "",
            municipality=idea.municipality.slug if idea.municipality else "",
            status=idea.progress,
            tags=tuple(sorted(item.tag.slug for item in idea.tagged_items.all())),
            support=getattr(idea, "told", 0),
        )


def versions(ids: Iterable[int]) -> dict[int, int]:
    return dict(Idea.objects.filter(pk__in=list(ids)).values_list("pk", "version"))


def found(ids: Sequence[int], person: Person | None) -> dict[int, Found]:  # noqa: ARG001 - everybody finds the same
    ideas = with_vote_counts(Idea.objects.listed().filter(pk__in=ids)).select_related("cycle")
    return {idea.pk: _found(idea) for idea in ideas}


def _found(idea: Idea) -> Found:
    return Found(
        kind="idea",
        id=idea.pk,
        title=idea.title,
        url=idea.get_absolute_url(),
        text=idea_text(idea),
        created_at=idea.published_at or idea.created_at,
        context=idea.cycle.title,
        status=idea.progress,
        support=getattr(idea, "up", None),
    )


def public_hosts(ids: Collection[int]) -> dict[int, Host]:
    """Return those ideas that everybody may see, as what threads hang on."""
    return {idea.pk: Host(idea.title, idea.get_absolute_url()) for idea in Idea.objects.visible().filter(pk__in=ids)}


@transaction.atomic
def touch_ideas(ideas: QuerySet[Idea]) -> int:
    """Give published ideas a new version and an event, since they may have appeared or gone with their cycle."""
    ids = list(ideas.filter(moderation=Idea.Moderation.PUBLISHED).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), STREAMED):
        batch = ids[start : start + STREAMED]
        Idea.objects.filter(pk__in=batch).update(version=F("version") + 1)
        events.record_many(CYCLE_CHANGED, subjects=[events.Subject("idea", pk) for pk in batch])
    return len(ids)


def follow_pages(happened: Sequence[Event]) -> None:
    """A cycle, or a campaign above it, has appeared or gone: so may have its ideas."""
    pages = Page.objects.filter(pk__in={event.subject_id for event in happened if event.subject_kind == "page"})
    for path in pages.values_list("path", flat=True):
        touch_ideas(Idea.objects.filter(cycle__path__startswith=path))


def tell_counts(happened: Sequence[Event]) -> None:
    """Voting has ended: where nobody was told until now how many voted, the search may go by it from now on."""
    ids = {event.payload.get("block") for event in happened}
    cycles = IdeaCyclePage.objects.filter(pk__in=ids - {None}, counts_shown=IdeaCyclePage.Counts.AT_END)
    for cycle in cycles:
        if not votes_ahead(cycle.pk):
            touch_ideas(Idea.objects.filter(cycle=cycle))


def sector_choices() -> list[tuple[str, Text]]:
    return [(sector.slug, sector.label) for sector in Sector.objects.all()]


def status_choices() -> list[tuple[str, Text]]:
    return [(value, label) for value, label in Idea.Progress.choices if value not in Idea.UNLISTED]


def municipality_choices() -> list[tuple[str, Text]]:
    return list(Municipality.objects.values_list("slug", "name"))


def tag_labels(slugs: Collection[str]) -> dict[str, Text]:
    return dict(IdeaTag.objects.filter(slug__in=slugs).values_list("slug", "name"))


def cycle_labels(ids: Collection[str]) -> dict[str, Text]:
    """Return what those cycles are called that everybody may see."""
    cycles = seen_by_all(IdeaCyclePage.objects.filter(pk__in=[id_ for id_ in ids if id_.isdigit()]))
    return {str(cycle.pk): cycle.title for cycle in cycles}


def register_documents() -> None:
    registry.register(
        DocumentKind("idea", _("Идея"), EVENTS, documents=documents, versions=versions, found=found, facts=facts)
    )
    registry.offer("sector", sector_choices)
    registry.offer("status", status_choices)
    registry.offer("municipality", municipality_choices)
    registry.call("tag", tag_labels)
    registry.call("block_id", cycle_labels)
    subscribe("ideas.follow_pages", kinds=[VISIBILITY_CHANGED], handler=follow_pages, coalesce=True)
    subscribe("ideas.tell_counts", kinds=["phase.closed"], handler=tell_counts)
    follow_host("idea", VISIBILITY)
