"""Saying that an idea is another's duplicate, taking that back, and carrying a voice over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crowd.errors import Invalid
from crowd.limits.actions import limit_request
from crowd.people.kept import kept_form
from crowd.people.queries import roles_of
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from ideas import actions
from ideas.models import Idea, IdeaChange
from ideas.queries import get_visible_idea_or_404, joined_by, similar_to, vote_counts
from ideas.review_forms import MergeForm, UnmergeForm
from ideas.review_rules import require_joining, require_parting

AUTHOR = IdeaChange.By.AUTHOR


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask with which idea, offering those that speak of the same; POST joins."""
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    capacity = require_joining(roles_of(person), person, idea)
    options: dict[str, Any] = {"near": similar_to(idea), "with_reason": capacity != AUTHOR}
    if request.method != "POST":
        kept = kept_form(request, request.path)
        return _form(request, idea, MergeForm(initial=kept.dict() if kept else {}, **options))
    limit_request(request, "post")
    form = MergeForm(request.POST, **options)
    try:
        joined = actions.merge_idea(
            actor=person, idea_id=pk, into_id=form.into_id(), reason=form.typed("reason") if form.with_reason else ""
        )
    except Invalid as error:
        if wants_json(request):
            raise
        form.refuse(error.fields)
        return _form(request, idea, form, status=error.status)
    messages.success(request, _("Идеи объединены. Кто поддержал эту, может перенести голос."))
    return SeeOther(joined.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST does."""
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    capacity = require_joining(roles_of(person), person, idea)
    form = UnmergeForm(request.POST or None, with_reason=capacity != AUTHOR)
    if request.method != "POST":
        require_parting(idea, capacity, joined_by=joined_by(idea))
        return render(request, "ideas/unmerge.html", {"idea": idea, "form": form})
    limit_request(request, "post")
    actions.unmerge_idea(actor=person, idea_id=pk, reason=form.typed("reason"))
    messages.success(request, _("Идея снова отдельно и собирает голоса сама."))
    return SeeOther(idea.get_absolute_url())


@require_POST
def move_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry the own voice for a duplicate over to the idea that it was joined to."""
    person = signed_in(request)
    limit_request(request, "vote")
    get_visible_idea_or_404(person, pk)
    moved = actions.move_vote(person=person, idea_id=pk)
    if wants_json(request):
        up, down = vote_counts(moved.idea_id)
        body: dict[str, Any] = {"idea": moved.idea_id, "value": moved.value, "up": up, "down": down}
        return JsonResponse(body | {"receipt": moved.receipt})
    messages.success(request, _("Голос перенесён. Код квитанции: %(receipt)s.") % {"receipt": moved.receipt})
    return SeeOther(Idea.objects.get(pk=moved.idea_id).get_absolute_url())


def _form(request: HttpRequest, idea: Idea, form: MergeForm, *, status: int = 200) -> HttpResponse:
    return render(request, "ideas/merge.html", {"idea": idea, "form": form}, status=status)
