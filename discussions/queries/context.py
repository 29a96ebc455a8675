"""What the page of a thread shows."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from crowd.moderation.queries import sanctions_on_page, why_may_not
from crowd.moderation.rules import Act, is_checked_first, is_cut_off, moderates
from crowd.people.kept import kept_form
from crowd.people.models import Person
from crowd.people.queries import person_of
from discussions.forms import CommentForm
from discussions.models import Comment, Thread
from discussions.queries.access import answered, with_names
from discussions.queries.pages import FLAT, Order, Page, branch_page, cursor_of, thread_page
from discussions.queries.shown import Shown, add_own, all_of, is_open
from discussions.queries.stubs import name_rules
from discussions.rules import first_moderation, may_be_asked_for_proof

MOST_WAITING = 20


@dataclass(frozen=True)
class Asked:
    """Which page of a thread is wanted: by default the first of the newest; with `root` one branch.

    It follows the cursor, or with `back` comes before it.
    """

    order: Order = Order.NEW
    cursor: str = ""
    back: bool = False
    root: Comment | None = None
    parent: Comment | None = None


def own_pending(thread: Thread, person: Person) -> list[Comment]:
    """Return what the person wrote here and a moderator has not looked at yet."""
    waiting = Comment.objects.filter(thread=thread, author=person, moderation=Comment.Moderation.PENDING)
    return list(with_names(waiting).order_by("-pk")[:MOST_WAITING])


def thread_context(
    thread: Thread, request: HttpRequest, asked: Asked | None = None, *, form: CommentForm | None = None
) -> dict[str, Any]:
    """Return what `discussions/_thread.html` shows; the number of queries is the same for 1 and for 100,000 comments.

    `thread` is freshly read: its number is older than the comments, so that what is published between the two is
    asked for again, not missed. The form is the one that was refused, else what was typed before signing in, else an
    empty one.
    """
    asked = asked or Asked()
    person = person_of(request)
    opened = is_open(thread)
    held = why_may_not(person, Act.WRITE, thread.block)
    sanctions = sanctions_on_page(person, thread.block)
    page, is_first = _page(thread, asked)
    branch = page.branch
    name_rules(one.comment for one in [*page.comments, *([branch] if branch else [])])
    context = _form_context(thread, request, asked, form) | {
        "thread": thread,
        "seq": thread.last_seq,
        "comments": page.comments,
        "pinned": page.pinned,
        "branch": branch,
        "branches": [branch] if branch else [],
        "pending": [],
        "order": "branch" if branch else asked.order.value,
        "orders": Order.choices,
        "flat": not branch and asked.order in FLAT,
        # A page is live where what comes next has its place on it: the first, or the last where new ones come last.
        # Not for whoever is cut off: such a reader opens the page anew.
        "live": not is_cut_off(sanctions) and (not page.further if branch or asked.order == Order.OLD else is_first),
        "earlier": _address(thread, asked, to=page.earlier) if page.earlier else "",
        "further": _address(thread, asked, **{"from": page.further}) if page.further else "",
        "comment_at": reverse("discussions:comment", kwargs={"pk": 1}).removesuffix("1/"),
        "open": opened,
        "closed": bool(not opened or held),
        "held": held,
        "locked": thread.state == Thread.State.LOCKED,
        "signed_in": person is not None,
        "moderates": moderates(person, thread.block),
        "request": request,
    }
    if person is not None:
        _add_own(context, thread, person, is_first=is_first)
        checked = is_checked_first(sanctions)
        first = first_moderation(thread.block, person, checked=checked)
        context["premoderated"] = first == Comment.Moderation.PENDING
        context["asks_proof"] = may_be_asked_for_proof(thread.block, person, checked=checked)
    return context


def _page(thread: Thread, asked: Asked) -> tuple[Page, bool]:
    """Return the page that is asked for, and whether it is the first of its kind."""
    if asked.root is not None:
        page = branch_page(asked.root, cursor_of(Order.OLD, asked.cursor), back=asked.back)
    else:
        page = thread_page(thread.pk, asked.order, cursor_of(asked.order, asked.cursor), back=asked.back)
    return page, not page.earlier


def _add_own(context: dict[str, Any], thread: Thread, person: Person, *, is_first: bool) -> None:
    """Add what concerns this reader: own comments that wait, own reactions, what may be changed."""
    shown = [*context["pinned"], *context["comments"], *([context["branch"]] if context["branch"] else [])]
    if is_first and context["order"] == Order.NEW:
        standing = {one.comment.pk for one in all_of(shown)}
        context["pending"] = [Shown(one) for one in own_pending(thread, person) if one.pk not in standing]
    add_own([*shown, *context["pending"]], person, writable=not context["closed"])


def _form_context(thread: Thread, request: HttpRequest, asked: Asked, form: CommentForm | None) -> dict[str, Any]:
    address = reverse("discussions:comments", kwargs={"pk": thread.pk})
    kept = None if form else kept_form(request, address)
    answering = asked.parent or asked.root
    parent_id = answering.pk if answering is not None and answering.is_public else None
    form = form or CommentForm(kept, initial={"parent": parent_id})
    parent = asked.parent or (answered(thread, form.parent_id()) if form.is_bound else asked.root)
    return {
        "address": address,
        "form": form,
        "kept": kept is not None,
        "parent": parent if parent is not None and parent.is_public else None,
        # Where the newest come first, so does the form; beneath a branch it is last, but for whoever came to answer.
        "form_first": asked.root is None or asked.parent is not None or bool(form.errors),
        "writing": request.user.is_authenticated or form.is_bound or not {"write", "parent"}.isdisjoint(request.GET),
    }


def _address(thread: Thread, asked: Asked, **cursor: str) -> str:
    """Return the address of a page of the same list."""
    query: dict[str, str | int] = {"root": asked.root.pk} if asked.root else {}
    if not asked.root and asked.order != Order.NEW:
        query["order"] = asked.order.value
    return f"{reverse('discussions:comments', kwargs={'pk': thread.pk})}?{urlencode(query | cursor)}"
