"""The official answer: its form, and what waits for one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crowd import clock
from crowd.errors import Invalid
from crowd.forms import invalid
from crowd.limits.actions import limit_request
from crowd.people.kept import kept_form
from crowd.people.queries import roles_of
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from ideas import actions
from ideas.models import Idea
from ideas.queries import get_visible_idea_or_404, ideas_to_answer, responsible_body
from ideas.review_forms import AnswerForm
from ideas.review_rules import answers_open, require_answerable, require_answering, require_answering_somewhere

MOST_WAITING = 200


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Show the ideas that wait for an answer of this person's campaigns."""
    person = signed_in(request)
    require_answering_somewhere(roles_of(person))
    ideas = list(ideas_to_answer(person)[:MOST_WAITING])
    return render(request, "ideas/answers.html", {"ideas": ideas})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    require_answering(roles_of(person), idea.cycle.campaign_id)
    if request.method != "POST":
        open_to = require_answerable(idea)
        kept = kept_form(request, request.path)
        today, seen = timezone.localdate(clock.now()), idea.answers.count()
        initial = kept.dict() if kept else AnswerForm.blank(responsible_body(idea.cycle), today, seen)
        return _form(request, idea, AnswerForm(idea, open_to, initial=initial))
    limit_request(request, "post")
    form = AnswerForm(idea, answers_open(idea), request.POST)
    if "given_on" in form.errors:
        if wants_json(request):
            raise invalid(form)
        return _form(request, idea, form, status=Invalid.status)
    try:
        actions.answer_idea(actor=person, idea_id=pk, **form.given())
    except Invalid as error:
        if wants_json(request):
            raise
        form.refuse(error.fields)
        return _form(request, idea, form, status=error.status)
    messages.success(request, _("Ответ опубликован. Он стоит в начале страницы идеи."))
    return SeeOther(f"{idea.get_absolute_url()}#answer")


def _form(request: HttpRequest, idea: Idea, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    return render(request, "ideas/answer.html", {"idea": idea, "form": form}, status=status)
