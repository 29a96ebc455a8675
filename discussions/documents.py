"""How discussions and comments get into the search, and what follows for comments when their host appears or goes."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.documents import VISIBILITY_CHANGED, campaigns_by_block, page_kind
from crowd.events import actions as events
from crowd.events.models import Event
from crowd.events.registry import subscribe
from crowd.people.models import Person
from discussions import hosts
from discussions.models import Comment, DiscussionPage
from search.documents import Document, DocumentKind, Found, registry

STREAMED = 500
# A remark speaks of something; what it speaks of is looked for first.
COMMENT_WEIGHT = 0.6
HOST_CHANGED = "comment.host_changed"
EVENTS = frozenset(
    {
        "comment.published",
        "comment.edited",
        "comment.hidden",
        "comment.restored",
        "comment.rejected",
        "comment.deleted",
        "comment.withheld",
        HOST_CHANGED,
    }
)


def with_hosts(comments: Iterable[Comment]) -> Iterator[tuple[Comment, hosts.Host]]:
    """Return the comments whose host everybody may see, each with it; a query per 500 comments and kind of host."""
    iterator = iter(comments)
    while batch := list(islice(iterator, STREAMED)):
        named = sorted({(comment.thread.host_kind, comment.thread.host_id) for comment in batch})
        public = {
            kind: hosts.registry.public(kind, [host_id for _, host_id in group])
            for kind, group in groupby(named, key=lambda name: name[0])
        }
        for comment in batch:
            host = public[comment.thread.host_kind].get(comment.thread.host_id)
            if host is not None:
                yield comment, host


def documents(ids: Iterable[int] | None) -> Iterator[Document]:
    comments = Comment.objects.visible().select_related("thread").order_by("pk")
    if ids is not None:
        comments = comments.filter(pk__in=list(ids))
    campaigns = campaigns_by_block()
    for comment, _host in with_hosts(comments.iterator(chunk_size=STREAMED)):
        yield Document(
            kind="comment",
            id=comment.pk,
            version=comment.version,
            title="",
            body=comment.body,
            created_at=comment.created_at,
            campaign_id=campaigns.get(comment.thread.block_id),
            block_id=comment.thread.block_id,
        )


def versions(ids: Iterable[int]) -> dict[int, int]:
    return dict(Comment.objects.filter(pk__in=list(ids)).values_list("pk", "version"))


def found(ids: Sequence[int], person: Person | None) -> dict[int, Found]:  # noqa: ARG001 - everybody finds the same
    comments = Comment.objects.visible().filter(pk__in=ids).select_related("thread", "author")
    return {comment.pk: _found(comment, host) for comment, host in with_hosts(comments)}


def _found(comment: Comment, host: hosts.Host) -> Found:
    return Found(
        kind="comment",
        id=comment.pk,
        title=host.title,
        url=reverse("discussions:comment", kwargs={"pk": comment.pk}),
        text=comment.body,
        created_at=comment.created_at,
        context=comment.author.display_name,
    )


def public_hosts(ids: Collection[int]) -> dict[int, hosts.Host]:
    """Return those discussions that everybody may see, as what threads hang on."""
    pages = list(DiscussionPage.objects.visible().filter(pk__in=ids).defer_streamfields())
    for page in pages:
        # Wagtail would ask the cache for them once per page, and where that is away the database.
        page._wagtail_cached_site_root_paths = pages[0]._get_site_root_paths()  # noqa: SLF001 - its own memo
    return {page.pk: hosts.Host(page.title, page.url) for page in pages if page.url}


@transaction.atomic
def touch_comments(host_kind: str, host_ids: Collection[int]) -> int:
    """Give the published comments under these hosts a new version and an event, since they appear and go with them."""
    comments = Comment.objects.visible().filter(thread__host_kind=host_kind, thread__host_id__in=host_ids)
    ids = list(comments.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), STREAMED):
        batch = ids[start : start + STREAMED]
        Comment.objects.filter(pk__in=batch).update(version=F("version") + 1)
        events.record_many(HOST_CHANGED, subjects=[events.Subject("comment", pk) for pk in batch])
    return len(ids)


def follow_host(host_kind: str, kinds: Iterable[str]) -> None:
    """Let the comments follow their host: after these events of its kind it may be there or not."""

    def follow(happened: Sequence[Event]) -> None:
        touch_comments(host_kind, {event.subject_id for event in happened if event.subject_kind == host_kind})

    subscribe(f"discussions.follow_{host_kind}", kinds=kinds, handler=follow, coalesce=True, batch=100)


def register_documents() -> None:
    registry.register(page_kind("discussion", _("Обсуждение"), [DiscussionPage]))
    registry.register(
        DocumentKind(
            "comment",
            _("Комментарий"),
            EVENTS,
            documents=documents,
            versions=versions,
            found=found,
            weight=COMMENT_WEIGHT,
        )
    )
    follow_host("discussion", [VISIBILITY_CHANGED])
