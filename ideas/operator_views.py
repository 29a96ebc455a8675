"""The operators' pages in the admin: an idea or a voice of a resident who has no internet."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from crowd.campaigns.models import Activity
from crowd.errors import DomainError
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of
from crowd.people.reading import note_reading
from crowd.people.residents import receive_resident
from crowd.people.views import SeeOther, signed_in
from ideas.actions.operators import cast_vote_for, submit_idea_for
from ideas.forms import IdeaForm
from ideas.models import Idea, IdeaCyclePage, OperatorEntry
from ideas.operator_forms import FindIdeaForm, ResidentForm, VoiceForm
from ideas.queries.operators import cycles_open_for, votable_ideas


def operator_of(request: HttpRequest) -> Person:
    """Return the operator who is signed in; whoever is none has no business here."""
    person = signed_in(request)
    if not roles_of(person).any_of(CampaignRole.Role.OPERATOR):
        raise PermissionDenied
    return person


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What can be entered now: the cycles that take ideas, the ideas that take votes."""
    operator = operator_of(request)
    form = FindIdeaForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    latest = OperatorEntry.objects.filter(operator=operator).select_related("idea", "person")[:10]
    context = {
        "cycles": list(cycles_open_for(operator, Activity.SUBMIT)),
        "ideas": votable_ideas(operator, text),
        "find_form": form,
        "entries": list(latest),
    }
    return render(request, "ideas/staff/desk.html", context)


@sensitive_post_parameters("document_number")
@require_http_methods(["GET", "HEAD", "POST"])
def enter_idea(request: HttpRequest, pk: int) -> HttpResponse:
    operator = operator_of(request)
    cycle = cycles_open_for(operator, Activity.SUBMIT).filter(pk=pk).first()
    if cycle is None:
        raise Http404
    if request.method != "POST":
        return _idea_page(request, ResidentForm(), IdeaForm(cycle=cycle, prefix="idea"), cycle)
    resident_form = ResidentForm(request.POST)
    form = IdeaForm(request.POST, request.FILES, cycle=cycle, prefix="idea")
    if not (form.is_valid() & resident_form.is_valid()):
        return _idea_page(request, resident_form, form, cycle, status=422)
    try:
        with transaction.atomic():
            resident = receive_resident(operator=operator, **resident_form.resident)
            idea = submit_idea_for(
                operator=operator,
                resident=resident,
                cycle=cycle,
                text=form.text,
                files=form.attached,
                consent=resident_form.cleaned_data["consent"],
            )
    except DomainError as refused:
        resident_form.show(refused)
        return _idea_page(request, resident_form, form, cycle, status=refused.status)
    note_reading(reader=operator, people=[resident], where="desk")
    messages.success(request, _entered_idea(idea))
    return SeeOther(reverse("operator_desk"))


def _entered_idea(idea: Idea) -> str:
    names = {"name": idea.author.display_name, "number": idea.pk}
    if idea.moderation == Idea.Moderation.PENDING:
        return _("Идея № %(number)s записана за жителя: %(name)s. Её увидят, когда посмотрит модератор.") % names
    return _("Идея № %(number)s записана за жителя и опубликована: %(name)s.") % names


@sensitive_post_parameters("document_number")
@require_http_methods(["GET", "HEAD", "POST"])
def enter_voice(request: HttpRequest, pk: int) -> HttpResponse:
    operator = operator_of(request)
    idea = Idea.objects.select_related("cycle", "author").filter(pk=pk, moderation=Idea.Moderation.PUBLISHED).first()
    if idea is None or not cycles_open_for(operator, Activity.VOTE).filter(pk=idea.cycle_id).exists():
        raise Http404
    if request.method != "POST":
        return _voice_page(request, VoiceForm(cycle=idea.cycle), idea)
    form = VoiceForm(request.POST, cycle=idea.cycle)
    if not form.is_valid():
        return _voice_page(request, form, idea, status=422)
    try:
        with transaction.atomic():
            resident = receive_resident(operator=operator, **form.resident)
            entered = cast_vote_for(
                operator=operator,
                resident=resident,
                idea=idea,
                value=form.cleaned_data["value"],
                consent=form.cleaned_data["consent"],
            )
    except DomainError as refused:
        form.show(refused)
        return _voice_page(request, form, idea, status=refused.status)
    if entered.entry is None:
        messages.info(request, _("Голос этого жителя за эту идею уже учтён раньше."))
    else:
        names = {"title": idea.title, "receipt": entered.vote.receipt}
        messages.success(request, _("Голос учтён: «%(title)s». Код для жителя: %(receipt)s.") % names)
    return SeeOther(reverse("operator_desk"))


def _idea_page(
    request: HttpRequest, resident_form: ResidentForm, form: IdeaForm, cycle: IdeaCyclePage, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"resident_form": resident_form, "form": form, "cycle": cycle}
    return render(request, "ideas/staff/enter_idea.html", context, status=status)


def _voice_page(request: HttpRequest, form: VoiceForm, idea: Idea, *, status: int = 200) -> HttpResponse:
    return render(request, "ideas/staff/enter_voice.html", {"form": form, "idea": idea}, status=status)
