"""What other floors ask of discussions: where their threads hang, and how their comments are moderated."""

from collections.abc import Collection, Sequence

from django.db.models import Count, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.documents import campaigns_by_block
from crowd.errors import NotFound, Text
from crowd.moderation.registry import Case, ModerationKind
from crowd.moderation.registry import registry as moderation_kinds
from crowd.people.models import Person
from discussions import hosts
from discussions.actions import hide_comment, publish_comment, reject_comment, withhold_comment
from discussions.actions.numbers import locked_comment
from discussions.documents import public_hosts, with_hosts
from discussions.models import Comment, DiscussionPage
from discussions.queries import get_visible_comment_or_404
from discussions.rules import OUTCOMES

DECIDED = {
    "publish": publish_comment,
    "hide": hide_comment,
    "reject": reject_comment,
    "withhold": withhold_comment,
}


def find_discussion(page_id: int, person: Person | None) -> hosts.Host | None:  # noqa: ARG001 - the registry's signature
    """Return the discussion where the public may see it."""
    page = DiscussionPage.objects.visible().filter(pk=page_id).first()
    return hosts.Host(page.title, page.url) if page is not None and page.url else None


def is_commentable(page_id: int) -> bool:
    return DiscussionPage.objects.visible().filter(pk=page_id).exists()


def pending(block_ids: list[int] | None) -> QuerySet[Comment]:
    return _in_state(Comment.Moderation.PENDING, block_ids)


def public(block_ids: list[int] | None) -> QuerySet[Comment]:
    return _in_state(Comment.Moderation.PUBLISHED, block_ids)


def _in_state(moderation: Comment.Moderation, block_ids: list[int] | None) -> QuerySet[Comment]:
    comments = Comment.objects.in_blocks(block_ids).filter(moderation=moderation)
    return comments.select_related("author", "thread__block").order_by("created_at", "pk")


def found(comment_id: int) -> Comment | None:
    return Comment.objects.select_related("author", "thread__block").filter(pk=comment_id).first()


def several(comment_ids: Collection[int]) -> list[Comment]:
    return list(Comment.objects.select_related("author", "thread__block").filter(pk__in=comment_ids))


def locked(comment_id: int) -> Comment | None:
    try:
        return locked_comment(comment_id)
    except NotFound:
        return None


def visible(comment_id: int, person: Person | None) -> Comment | None:
    try:
        return get_visible_comment_or_404(person, comment_id)[0]
    except Http404:
        return None


def cases(comments: Sequence[Comment]) -> list[Case]:
    campaigns, shown = campaigns_by_block(), dict(with_hosts(comments))
    return [_case(comment, shown.get(comment), campaigns[comment.thread.block_id] or 0) for comment in comments]


def _case(comment: Comment, host: hosts.Host | None, campaign_id: int) -> Case:
    block = comment.thread.block
    return Case(
        kind="comment",
        id=comment.pk,
        status=comment.moderation,
        title=host.title if host else block.title,
        text=comment.body,
        author=comment.author.display_name,
        author_id=comment.author_id,
        url=_address(comment, host) if host else "",
        campaign_id=campaign_id,
        context=block.title,
        created_at=comment.created_at,
    )


def _address(comment: Comment, host: hosts.Host) -> str:
    """Return where the comment stands; while it is not public, where it would."""
    return reverse("discussions:comment", kwargs={"pk": comment.pk}) if comment.is_public else f"{host.url}#thread"


def apply(comment: Comment, outcome: str, actor_id: int | None) -> None:
    DECIDED[outcome](comment_id=comment.pk, actor_id=actor_id)


def posted(author_ids: Collection[int], block_ids: list[int] | None) -> list[tuple[int, Text, int]]:
    """Count what these people have said, by its state."""
    comments = Comment.objects.in_blocks(block_ids).filter(author__in=author_ids)
    counted = comments.order_by().values_list("author_id", "moderation").annotate(count=Count("pk"))
    states = Comment.Moderation
    return [(author_id, states(state).label, count) for author_id, state, count in counted.order_by("moderation")]


def register() -> None:
    hosts.registry.register(
        hosts.HostKind("discussion", find=find_discussion, commentable=is_commentable, public=public_hosts)
    )
    moderation_kinds.register(
        ModerationKind(
            name="comment",
            label=_("Комментарий"),
            plural=_("Комментарии"),
            pending=pending,
            public=public,
            find=found,
            lock=locked,
            many=several,
            visible=visible,
            cases=cases,
            apply=apply,
            posted=posted,
            allowed=OUTCOMES,
            events=frozenset({"comment.posted", "comment.published", "comment.edited", "comment.withheld"}),
        )
    )
