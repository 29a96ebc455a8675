from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from crowd.campaigns.models import Activity
from crowd.campaigns.queries import open_activities
from crowd.moderation.rules import moderates
from crowd.pages_cache.tags import thread_tag
from crowd.people.kept import kept_form
from crowd.people.models import Person
from discussions import hosts
from discussions.forms import CommentForm
from discussions.models import Comment, Thread

PAGE = 50
# Who is further behind than this reads the page anew.
MOST_RESUMED = 200


def get_visible_thread_or_404(person: Person | None, pk: int) -> tuple[Thread, hosts.Host]:
    """Return the thread and its host where the person may see it."""
    thread = Thread.objects.select_related("block").filter(pk=pk).first()
    host = hosts.registry.find(thread.host_kind, thread.host_id, person) if thread else None
    if thread is None or host is None:
        raise Http404
    return thread, host


def shown_of(thread_id: int) -> set[str]:
    """Return what a page of the thread shows, by the names of `crowd.pages_cache`: the thread, and what it hangs on."""
    hosts_of = Thread.objects.filter(pk=thread_id).values_list("host_kind", "host_id")
    return {thread_tag(thread_id)} | {f"{kind}:{host_id}" for kind, host_id in hosts_of}


def changes_after(thread_id: int, seq: int, limit: int = PAGE) -> list[Comment]:
    """Return the comments that changed in public after `seq`, in their present state, in the order of the changes.

    What has changed twice comes once; what is no longer public comes as a row whose text must not be shown.
    """
    changed = Comment.objects.filter(thread_id=thread_id, seq__gt=seq).order_by("seq")
    return list(_with_names(changed)[:limit])


def latest_changes(thread_id: int, upto: int, limit: int) -> list[Comment]:
    """Return the last `limit` changes up to `upto`, in their present state, in the order of the changes."""
    changed = Comment.objects.filter(thread_id=thread_id, seq__lte=upto).order_by("-seq")
    return list(reversed(_with_names(changed)[:limit]))


def comments_before(thread_id: int, first_seq: int | None, limit: int = PAGE) -> list[Comment]:
    """Return the last `limit` public comments published before `first_seq` (None: the very last), oldest first."""
    comments = Comment.objects.visible().filter(thread_id=thread_id)
    if first_seq is not None:
        comments = comments.filter(first_seq__lt=first_seq)
    return list(reversed(_with_names(comments.order_by("-first_seq"))[:limit]))


def comment_counts(discussion_ids: Collection[int]) -> dict[int, int]:
    """Return how many comments of these discussions are public."""
    comments = Comment.objects.visible().filter(thread__host_kind="discussion", thread__host_id__in=discussion_ids)
    counted = comments.order_by().values_list("thread__host_id").annotate(count=Count("pk"))
    return dict.fromkeys(discussion_ids, 0) | dict(counted)


def own_pending(thread: Thread, person: Person | None) -> list[Comment]:
    """Return what the person wrote here and a moderator has not looked at yet."""
    if person is None:
        return []
    waiting = Comment.objects.filter(thread=thread, author=person, moderation=Comment.Moderation.PENDING)
    return list(_with_names(waiting.order_by("pk"))[:PAGE])


def under_roots(comments: Sequence[Comment]) -> list[Comment]:
    """Put each answer beneath the comment of the first level it belongs to, where that is among them."""
    present = {comment.pk for comment in comments}
    beneath: dict[int, list[Comment]] = {}
    firsts: list[Comment] = []
    for comment in comments:
        if comment.root_id in present and comment.root_id is not None:
            beneath.setdefault(comment.root_id, []).append(comment)
        else:
            firsts.append(comment)
    return [shown for first in firsts for shown in (first, *beneath.get(first.pk, ()))]


def change_type(comment: Comment) -> str:
    """Return what happened last to the comment, in the words of the socket."""
    if comment.moderation != Comment.Moderation.PUBLISHED:
        return "comment.hidden"
    return "comment.posted" if comment.seq == comment.first_seq else "comment.edited"


def fragment(comment: Comment) -> str:
    """Return the comment's HTML in the active language, the same for every reader; nothing where it is not public."""
    if comment.moderation not in (Comment.Moderation.PUBLISHED, Comment.Moderation.PENDING):
        return ""
    html = render_to_string("discussions/_comment.html", {"comment": comment})
    # Many times sent: without the template's blank lines and indents.
    return "\n".join(filter(None, map(str.strip, html.split("\n"))))


def change(comment: Comment) -> dict[str, Any]:
    """Return the change as sockets and the JSON answer tell it."""
    public = comment.moderation == Comment.Moderation.PUBLISHED
    return {
        "type": change_type(comment),
        "seq": comment.seq,
        "id": comment.pk,
        "html": fragment(comment) if public else "",
    }


@dataclass(frozen=True)
class LiveState:
    """What a heartbeat asks about a thread."""

    seq: int
    visible: bool
    host_kind: str
    host_id: int


def live_state(thread_id: int) -> LiveState | None:
    """Return the thread's latest number and whether everybody may see it; None where there is no such thread."""
    thread = Thread.objects.filter(pk=thread_id).first()
    if thread is None:
        return None
    visible = hosts.registry.find(thread.host_kind, thread.host_id, None) is not None
    return LiveState(thread.last_seq, visible, thread.host_kind, thread.host_id)


def thread_context(
    thread: Thread,
    request: HttpRequest,
    *,
    before: int | None = None,
    parent_id: int | None = None,
    form: CommentForm | None = None,
) -> dict[str, Any]:
    """Return what `discussions/_thread.html` shows; the number of queries is the same for 1 and for 10,000 comments.

    The form is the one that was refused, else what was typed before signing in, else an empty one.
    """
    # The number is read before the comments: what is published between the two is asked for again, not missed.
    seq = Thread.objects.values_list("last_seq", flat=True).get(pk=thread.pk)
    comments = comments_before(thread.pk, before, PAGE + 1)
    person = request.user if isinstance(request.user, Person) else None
    address = reverse("discussions:comments", kwargs={"pk": thread.pk})
    kept = None if form else kept_form(request, address)
    form = form or CommentForm(kept, initial={"parent": parent_id})
    return {
        "thread": thread,
        "seq": seq,
        "comments": under_roots(comments[-PAGE:]),
        "earlier": comments[-PAGE].first_seq if len(comments) > PAGE else None,
        "pending": own_pending(thread, person) if before is None else [],
        "latest": before is None,
        "address": address,
        "form": form,
        "kept": kept is not None,
        "parent": _answered(thread, form),
        "open": Activity.COMMENT.value in open_activities(thread.block_id) and thread.state == Thread.State.OPEN,
        "signed_in": person is not None,
        "writing": person is not None or form.is_bound or parent_id is not None or "write" in request.GET,
        "moderates": moderates(person, thread.block),
        "request": request,
    }


def _answered(thread: Thread, form: CommentForm) -> Comment | None:
    """Return the comment that the form is an answer to."""
    parent_id = form.parent_id() if form.is_bound else form.initial.get("parent")
    if not parent_id:
        return None
    return Comment.objects.visible().filter(thread=thread, pk=parent_id).select_related("author").first()


def _with_names(comments: Any) -> Any:
    return comments.select_related("author", "parent__author")
