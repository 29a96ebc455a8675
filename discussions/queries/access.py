"""Which threads and comments a person may see: the one door for every view."""

from django.http import Http404

from crowd.pages_cache.tags import thread_tag
from crowd.people.models import Person
from discussions import hosts
from discussions.models import Comment, CommentQuerySet, Thread
from discussions.rules import require_own


def with_names(comments: CommentQuerySet) -> CommentQuerySet:
    """Read along whose comment it is and whom it answers."""
    return comments.select_related("author", "parent__author")


def may_read(comment: Comment, person: Person | None) -> bool:
    """Say whether the person may read the comment: public, or the person's own that waits for a moderator."""
    waits = comment.moderation == Comment.Moderation.PENDING
    return comment.is_public or (waits and person is not None and comment.author_id == person.pk)


def get_visible_thread_or_404(person: Person | None, pk: int) -> tuple[Thread, hosts.Host]:
    """Return the thread and its host where the person may see it."""
    thread = Thread.objects.select_related("block").filter(pk=pk).first()
    host = hosts.registry.find(thread.host_kind, thread.host_id, person) if thread else None
    if thread is None or host is None:
        raise Http404
    return thread, host


def get_visible_comment_or_404(person: Person | None, pk: int) -> tuple[Comment, hosts.Host]:
    """Return the comment with its thread, and its host: public, or the person's own that waits for a moderator."""
    comment = with_names(Comment.objects.select_related("thread__block", "root")).filter(pk=pk).first()
    if comment is None or not may_read(comment, person):
        raise Http404
    host = hosts.registry.find(comment.thread.host_kind, comment.thread.host_id, person)
    if host is None:
        raise Http404
    return comment, host


def get_own_comment_or_404(person: Person, pk: int) -> tuple[Comment, hosts.Host]:
    """Return the person's own comment; refuse another's that can be seen."""
    comment, host = get_visible_comment_or_404(person, pk)
    require_own(comment, person)
    return comment, host


def answered(thread: Thread, comment_id: int | None) -> Comment | None:
    """Return the public comment of the thread that an answer is for."""
    if not comment_id:
        return None
    return Comment.objects.visible().filter(thread=thread, pk=comment_id).select_related("author", "root").first()


def get_branch_or_404(thread: Thread, root_id: int) -> Comment:
    """Return the comment of the first level that has its place in the thread."""
    firsts = with_names(Comment.objects.firsts().with_place()).filter(thread=thread, first_seq__isnull=False)
    root = firsts.filter(pk=root_id).first()
    if root is None:
        raise Http404
    return root


def shown_of(thread_id: int) -> set[str]:
    """Return what a page of the thread shows, by the names of `crowd.pages_cache`: the thread, and what it hangs on."""
    hosts_of = Thread.objects.filter(pk=thread_id).values_list("host_kind", "host_id")
    return {thread_tag(thread_id)} | {f"{kind}:{host_id}" for kind, host_id in hosts_of}


def shown_with(comment_id: int) -> set[str]:
    """Return the same of a page about one comment."""
    return {
        tag for pk in Comment.objects.filter(pk=comment_id).values_list("thread", flat=True) for tag in shown_of(pk)
    }
