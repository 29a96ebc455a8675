"""Experts' work: the list of what waits for them, and one review."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crowd.campaigns.queries import open_activities
from crowd.errors import Invalid, NotAllowed
from crowd.limits.actions import limit_request
from crowd.people.kept import kept_form
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from ideas import actions
from ideas.models import Idea, Review
from ideas.queries import (
    criteria_of,
    finished_reviews,
    get_visible_idea_or_404,
    ideas_for_expert,
    is_own_idea,
    own_review,
    results_from,
)
from ideas.review_forms import ReviewForm
from ideas.review_rules import require_expert, require_reviewable

MOST_LISTED = 200
SUBMITTED = Review.State.SUBMITTED


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Show the expert what waits for a review, and what is written already."""
    person = signed_in(request)
    if not roles_of(person).any_of(CampaignRole.Role.EXPERT):
        raise NotAllowed(_("Оценивают эксперты проекта."))
    ideas = list(ideas_for_expert(person)[:MOST_LISTED])
    context = {"waiting": [idea for idea in ideas if not idea.rank], "written": [idea for idea in ideas if idea.rank]}
    return render(request, "ideas/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a review; once the own one is in, what all experts said.

    `act` is `submit`, `keep` (a draft) or `conflict`.
    """
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    require_expert(roles_of(person), idea.cycle.campaign_id, is_author=is_own_idea(person, idea))
    own = own_review(person, idea)
    if request.method != "POST":
        return _finished(request, idea) if own and own.state == SUBMITTED else _blank(request, idea, own)
    limit_request(request, "post")
    form = ReviewForm(criteria_of(idea.cycle), request.POST)
    try:
        written = _act(person, pk, request.POST.get("act", ""), form)
    except Invalid as error:
        if wants_json(request):
            raise
        form.refuse(error.fields)
        return _form(request, idea, form, own, status=error.status)
    if wants_json(request):
        return JsonResponse({"idea": pk, "state": written.state})
    messages.success(request, SAID[written.state]())
    conflict = written.state == Review.State.CONFLICT
    return SeeOther(reverse("ideas:reviews") if conflict else reverse("ideas:review", args=[pk]))


SAID: dict[str, Callable[[], str]] = {
    Review.State.SUBMITTED: lambda: _("Оценка отправлена. Теперь вы видите, что сказали другие эксперты."),
    Review.State.DRAFT: lambda: _("Черновик сохранён. Его видите только вы."),
    Review.State.CONFLICT: lambda: _("Отмечено: у вас конфликт интересов, эту идею вы не оцениваете."),
}


def _act(person: Person, pk: int, act: str, form: ReviewForm) -> Review:
    if act == "conflict":
        return actions.declare_conflict(expert=person, idea_id=pk, comment=form.typed("comment"))
    if act not in {"submit", "keep"}:
        raise Invalid(fields={"act": [_("Такого действия нет.")]})
    return actions.keep_review(
        expert=person, idea_id=pk, scores=form.scores(), comment=form.typed("comment"), submit=act == "submit"
    )


def _blank(request: HttpRequest, idea: Idea, own: Review | None) -> HttpResponse:
    require_reviewable(idea, open_activities(idea.cycle_id))
    kept = kept_form(request, request.path)
    initial = kept.dict() if kept else ReviewForm.written(own) if own else {}
    return _form(request, idea, ReviewForm(criteria_of(idea.cycle), initial=initial), own)


def _finished(request: HttpRequest, idea: Idea) -> HttpResponse:
    said = results_from(finished_reviews([idea])[idea.pk], criteria_of(idea.cycle))
    return render(request, "ideas/review_finished.html", {"idea": idea, "reviews": said})


def _form(request: HttpRequest, idea: Idea, form: ReviewForm, own: Review | None, *, status: int = 200) -> HttpResponse:
    return render(request, "ideas/review.html", {"idea": idea, "form": form, "own": own}, status=status)
