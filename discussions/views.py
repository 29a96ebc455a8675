"""A thread: its pages, what changed in it, writing in it."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crowd.errors import Invalid
from crowd.forms import invalid
from crowd.limits.actions import came_unproved, limit_request
from crowd.moderation.machine.notes import personal_note
from crowd.moderation.queries import why_may_not
from crowd.moderation.rules import Act
from crowd.pages_cache.shown import shows
from crowd.people.models import Person
from crowd.people.queries import person_of
from crowd.people.rules import is_newcomer
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from discussions.actions import post_comment
from discussions.forms import CommentForm, SliceForm, ids_of
from discussions.hosts import Host
from discussions.models import Comment, Thread
from discussions.queries import (
    PAGE,
    Asked,
    address_of,
    answered,
    change,
    changes_after,
    comments_before,
    fragment,
    get_branch_or_404,
    get_visible_thread_or_404,
    order_of,
    own_in_thread,
    shown_of,
    thread_context,
)


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    if not wants_json(request):
        shows(request, *shown_of(pk))
    thread, host = get_visible_thread_or_404(person, pk)
    if request.method == "POST":
        return _post(request, thread, host, person)
    wanted = SliceForm(request.GET)
    if not wanted.is_valid():
        raise invalid(wanted)
    asked: dict[str, int | None] = wanted.cleaned_data
    if wants_json(request):
        return JsonResponse(_slice(thread, after=asked["after"], before=asked["before"]))
    return _page(request, thread, host, _asked(request, thread, **asked))


@require_safe
def own(request: HttpRequest, pk: int) -> JsonResponse:
    """Say what of these comments concerns who asks; whom a script draws buttons for, and whether one may write."""
    person = signed_in(request)
    thread, _host = get_visible_thread_or_404(person, pk)
    held = str(why_may_not(person, Act.WRITE, thread.block))
    facts = own_in_thread(thread, ids_of(request.GET.get("ids", "")), person, held=bool(held))
    return JsonResponse({"comments": {str(pk): asdict(own) for pk, own in facts.items()}, "held": held})


def _post(request: HttpRequest, thread: Thread, host: Host, person: Person | None) -> HttpResponse:
    used = limit_request(request, "post")
    form = CommentForm(request.POST)
    parent_id = form.parent_id()
    try:
        comment = post_comment(
            author=person,
            thread=thread,
            body=form.typed("body"),
            parent=None if parent_id is None else Comment(pk=parent_id),
            stance=form.typed("stance"),
            unproved=came_unproved(request, used, newcomer=is_newcomer(person), text=form.typed("body")),
        )
    except Invalid as error:
        if wants_json(request):
            raise
        form.refuse(error.fields)
        return _page(request, thread, host, _answering(answered(thread, parent_id)), form=form, status=error.status)
    if wants_json(request):
        html = fragment(comment, to_author=True)
        return JsonResponse({"id": comment.pk, "seq": comment.seq, "html": html}, status=201)
    if comment.seq is None:
        thanks = _("Спасибо. Комментарий появится, когда его посмотрит модератор.")
        messages.info(request, " ".join(filter(None, [thanks, personal_note(comment.body)])))
    return SeeOther(address_of(comment, host))


def _slice(thread: Thread, *, after: int | None, before: int | None) -> dict[str, Any]:
    """Return the changes after a number, or the comments first published before one; `next` asks for more."""
    if before is not None:
        found = comments_before(thread.pk, before, PAGE + 1)
        shown = found[-PAGE:]
        following = shown[0].first_seq if len(found) > PAGE else None
    else:
        found = changes_after(thread.pk, after or 0, PAGE + 1)
        shown = found[:PAGE]
        following = shown[-1].seq if len(found) > PAGE else None
    return {"changes": [change(comment) for comment in shown], "next": following}


def _asked(request: HttpRequest, thread: Thread, *, parent: int | None, root: int | None, **_others: Any) -> Asked:
    """Return which page is wanted; a value that makes no sense is as if it were not there, an unknown branch is not."""
    if (comment := answered(thread, parent)) is not None:
        return _answering(comment)
    page: dict[str, Any] = {"cursor": request.GET.get("from", "")}
    if "to" in request.GET:
        page = {"cursor": request.GET["to"], "back": True}
    if root is not None:
        return Asked(root=get_branch_or_404(thread, root), **page)
    return Asked(order=order_of(request.GET.get("order", "")), **page)


def _answering(comment: Comment | None) -> Asked:
    """Return the page on which a comment is answered: its branch, from the comment on."""
    if comment is None:
        return Asked()
    # The answer itself and what was said just before it are in sight.
    cursor = str(max((comment.answer_number or 0) - 3, 0) or "")
    return Asked(root=comment.root or comment, parent=comment, cursor=cursor)


def _page(
    request: HttpRequest,
    thread: Thread,
    host: Host,
    asked: Asked,
    *,
    form: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the thread on a page of its own: further on, in another order, a branch, with an answer's form."""
    context = thread_context(thread, request, asked, form=form)
    return render(request, "discussions/comments.html", context | {"host": host}, status=status)
