from typing import Any
from urllib.parse import unquote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.campaigns.models import Activity
from crowd.campaigns.queries import open_activities
from crowd.campaigns.rules import require_open
from crowd.converters import id_of
from crowd.errors import Invalid
from crowd.limits.actions import limit_request
from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import idea_tag
from crowd.people.kept import kept_form
from crowd.people.queries import person_of
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from ideas import actions
from ideas.forms import IdeaForm
from ideas.models import Idea, IdeaCyclePage, Vote
from ideas.queries import get_visible_attachment_or_404, get_visible_idea_or_404, idea_context, vote_counts
from ideas.rules import require_author


@require_http_methods(["GET", "HEAD", "POST"])
def new_idea(request: HttpRequest) -> HttpResponse:
    cycle = IdeaCyclePage.objects.visible().filter(pk=id_of(request.GET.get("cycle", ""))).first()
    if cycle is None:
        raise Http404
    if request.method != "POST":
        kept = kept_form(request, request.path)
        form = IdeaForm(initial=kept.dict()) if kept else IdeaForm(initial={"municipality": _own_municipality(request)})
        return _idea_form(request, form, cycle=cycle)
    person = signed_in(request)
    limit_request(request, "post")
    require_open(Activity.SUBMIT, open_activities(cycle.pk))
    form = IdeaForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused_form(request, form, cycle=cycle)
    idea = actions.submit_idea(author=person, cycle=cycle, text=form.text, files=form.cleaned_data["attachments"])
    waits = idea.moderation == Idea.Moderation.PENDING
    messages.success(
        request,
        _("Идея отправлена. Её увидят все, как только посмотрит модератор.") if waits else _("Идея опубликована."),
    )
    return SeeOther(idea.get_absolute_url())


@require_safe
def idea_page(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    person = person_of(request)
    shows(request, idea_tag(pk))
    idea = get_visible_idea_or_404(person, pk)
    canonical = idea.get_absolute_url()
    if not unquote(canonical).endswith(f"/{pk}-{slug}/" if slug else f"/{pk}/"):
        return redirect(canonical, permanent=True)
    return render(request, "ideas/idea.html", idea_context(idea, person))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    require_author(idea, person)
    if request.method != "POST":
        return _idea_form(request, IdeaForm.of(idea), cycle=idea.cycle, idea=idea)
    limit_request(request, "post")
    form = IdeaForm(request.POST)
    if not form.is_valid():
        return _refused_form(request, form, cycle=idea.cycle, idea=idea)
    changed = actions.edit_idea(author=person, idea_id=idea.pk, text=form.text)
    messages.success(request, _("Изменения сохранены."))
    return SeeOther(changed.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A destructive step asks once: GET asks, POST does."""
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    require_author(idea, person)
    if request.method != "POST":
        return render(request, "ideas/withdraw.html", {"idea": idea})
    limit_request(request, "post")
    actions.withdraw_idea(author=person, idea_id=idea.pk)
    messages.success(request, _("Идея отозвана. Её страница осталась, из списков она убрана."))
    return SeeOther(idea.get_absolute_url())


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    limit_request(request, "vote")
    idea = get_visible_idea_or_404(person, pk)
    value = request.POST.get("value", "")
    if value not in {str(number) for number in Vote.Value.values}:
        raise Invalid(fields={"value": [_("Голос может быть 1, −1 или 0.")]})
    cast = actions.cast_vote(person=person, idea=idea, value=int(value))
    if wants_json(request):
        up, down = vote_counts(idea.pk)
        body = {"idea": idea.pk, "value": cast.value, "up": up, "down": down, "receipt": cast.receipt}
        return JsonResponse(body)
    messages.success(request, _("Ваш голос учтён.") if cast.value else _("Ваш голос отозван."))
    return SeeOther(idea.get_absolute_url())


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = person_of(request)
    found = get_visible_attachment_or_404(person, pk)
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _idea_form(request: HttpRequest, form: IdeaForm, *, status: int = 200, **context: Any) -> HttpResponse:
    opened = open_activities(context["cycle"].pk)
    idea = context.get("idea")
    draft = f"idea-{idea.pk}" if idea else f"idea-new-{context['cycle'].pk}"
    context |= {"form": form, "is_open": Activity.SUBMIT.value in opened, "draft": draft}
    return render(request, "ideas/idea_form.html", context, status=status)


def _refused_form(request: HttpRequest, form: IdeaForm, **context: Any) -> HttpResponse:
    if wants_json(request):
        raise Invalid(fields={name: [str(message) for message in messages] for name, messages in form.errors.items()})
    return _idea_form(request, form, status=422, **context)


def _own_municipality(request: HttpRequest) -> int | None:
    person = person_of(request)
    return person.municipality_id if person else None
