"""One comment: where it stands, what it said before, changing it, taking it back, agreeing with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd import clock
from crowd.errors import Invalid
from crowd.limits.actions import came_unproved, limit_request
from crowd.moderation.machine.notes import personal_note
from crowd.moderation.queries import sanctions_on_page
from crowd.moderation.rules import is_checked_first
from crowd.pages_cache.shown import shows
from crowd.people.kept import kept_form
from crowd.people.queries import person_of
from crowd.people.rules import is_newcomer
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from discussions import actions
from discussions.forms import CommentForm, reaction_of
from discussions.hosts import Host
from discussions.models import Comment
from discussions.queries import (
    address_of,
    fragment,
    get_own_comment_or_404,
    get_visible_comment_or_404,
    shown_with,
)
from discussions.rules import may_be_asked_for_proof, require_deletable, require_editable


@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the page that holds the comment: the permanent address of every comment."""
    person = person_of(request)
    return HttpResponseRedirect(address_of(*get_visible_comment_or_404(person, pk)))


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the comment said before, to whoever may read it."""
    person = person_of(request)
    shows(request, *shown_with(pk))
    comment, host = get_visible_comment_or_404(person, pk)
    versions = list(comment.versions.order_by("-number"))
    return render(request, "discussions/history.html", {"comment": comment, "host": host, "versions": versions})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    comment, host = get_own_comment_or_404(person, pk)
    if request.method != "POST":
        require_editable(comment, clock.now())
        kept = kept_form(request, request.path)
        form = CommentForm(kept) if kept else CommentForm.of(comment)
        return _form(request, comment, host, form)
    used = limit_request(request, "post")
    form = CommentForm(request.POST)
    try:
        changed = actions.edit_comment(
            author=person,
            comment_id=pk,
            body=form.typed("body"),
            stance=form.typed("stance"),
            unproved=came_unproved(request, used, newcomer=is_newcomer(person), text=form.typed("body")),
        )
    except Invalid as error:
        if wants_json(request):
            raise
        form.refuse(error.fields)
        return _form(request, comment, host, form, status=error.status)
    if wants_json(request):
        return JsonResponse({"id": pk, "seq": changed.seq, "html": fragment(changed, to_author=True)})
    messages.success(request, _said(changed))
    return SeeOther(address_of(changed, host))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """A destructive step asks once: GET asks, POST does."""
    person = signed_in(request)
    comment, host = get_own_comment_or_404(person, pk)
    if request.method != "POST":
        require_deletable(comment)
        return render(request, "discussions/delete.html", {"comment": comment, "host": host})
    limit_request(request, "post")
    actions.delete_comment(author=person, comment_id=pk)
    if wants_json(request):
        comment.refresh_from_db()
        return JsonResponse({"id": pk, "seq": comment.seq, "html": fragment(comment)})
    messages.success(request, _("Комментарий удалён."))
    return SeeOther(f"{host.url}#thread")


@require_POST
def react(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    limit_request(request, "react")
    _comment, host = get_visible_comment_or_404(person, pk)
    value = reaction_of(request.POST.get("value", ""))
    comment = actions.react_to_comment(person=person, comment_id=pk, value=value)
    if wants_json(request):
        return JsonResponse({"comment": pk, "value": value, "up": comment.up, "down": comment.down})
    return SeeOther(address_of(comment, host))


def _form(request: HttpRequest, comment: Comment, host: Host, form: CommentForm, *, status: int = 200) -> HttpResponse:
    person, block = person_of(request), comment.thread.block
    checked = is_checked_first(sanctions_on_page(person, block))
    context = {
        "comment": comment,
        "host": host,
        "form": form,
        "asks_proof": comment.is_public and may_be_asked_for_proof(block, person, checked=checked),
    }
    return render(request, "discussions/edit.html", context, status=status)


def _said(changed: Comment) -> str:
    if changed.is_public:
        return _("Комментарий изменён. Прежний текст остаётся в его истории.")
    waits = _("Комментарий изменён. Он появится, когда его посмотрит модератор.")
    return " ".join(filter(None, [waits, personal_note(changed.body)]))
