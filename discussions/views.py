from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.errors import Invalid
from crowd.limits.actions import limit_request
from crowd.pages_cache.shown import shows
from crowd.people.models import Person
from crowd.people.views import SeeOther
from crowd.views import wants_json
from discussions.actions import post_comment
from discussions.forms import CommentForm, SliceForm
from discussions.hosts import Host
from discussions.models import Comment, Thread
from discussions.queries import (
    PAGE,
    change,
    changes_after,
    comments_before,
    fragment,
    get_visible_thread_or_404,
    shown_of,
    thread_context,
)


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    person = request.user if isinstance(request.user, Person) else None
    if not wants_json(request):
        shows(request, *shown_of(pk))
    thread, host = get_visible_thread_or_404(person, pk)
    if request.method == "POST":
        return _post(request, thread, host, person)
    wanted = SliceForm(request.GET)
    if not wanted.is_valid():
        raise Invalid(fields={name: [str(error) for error in errors] for name, errors in wanted.errors.items()})
    asked: dict[str, int | None] = wanted.cleaned_data
    if wants_json(request):
        return JsonResponse(_slice(thread, after=asked["after"], before=asked["before"]))
    return _page(request, thread, host, before=asked["before"], parent_id=asked["parent"])


def _post(request: HttpRequest, thread: Thread, host: Host, person: Person | None) -> HttpResponse:
    limit_request(request, "post")
    form = CommentForm(request.POST)
    parent_id = form.parent_id()
    try:
        comment = post_comment(
            author=person,
            thread=thread,
            body=form.typed("body"),
            parent=None if parent_id is None else Comment(pk=parent_id),
            stance=form.typed("stance"),
        )
    except Invalid as error:
        if wants_json(request):
            raise
        form.refuse(error.fields)
        return _page(request, thread, host, form=form, status=error.status)
    if wants_json(request):
        return JsonResponse({"id": comment.pk, "seq": comment.seq, "html": fragment(comment)}, status=201)
    if comment.seq is None:
        messages.info(request, _("Спасибо. Комментарий появится, когда его посмотрит модератор."))
    return SeeOther(f"{host.url}#comment-{comment.pk}")


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


def _page(
    request: HttpRequest,
    thread: Thread,
    host: Host,
    *,
    before: int | None = None,
    parent_id: int | None = None,
    form: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the thread on a page of its own: earlier comments, an answer's form, or a form with what was wrong in it."""
    context = thread_context(thread, request, before=before, parent_id=parent_id, form=form)
    return render(request, "discussions/comments.html", context | {"host": host}, status=status)
