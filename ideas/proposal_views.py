"""Proposing: the form of an idea with its draft on the server, changing an idea, taking it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.campaigns.models import Activity
from crowd.campaigns.queries import open_activities
from crowd.campaigns.rules import require_open
from crowd.converters import id_of
from crowd.forms import invalid
from crowd.limits.actions import came_unproved, limit_request
from crowd.limits.rules import Used
from crowd.moderation.machine.notes import personal_note
from crowd.moderation.queries import latest_decision, sanctions_on_page, why_may_not
from crowd.moderation.rules import Act, is_checked_first
from crowd.people.kept import kept_form
from crowd.people.models import Person
from crowd.people.queries import person_of
from crowd.people.rules import is_newcomer
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from ideas import actions
from ideas.forms import DraftForm, IdeaForm
from ideas.models import Idea, IdeaCyclePage
from ideas.queries import get_visible_idea_or_404, is_co_author, own_draft, usual_tags, why_not_propose
from ideas.queries.similar import similar_ideas, told_before_sending
from ideas.rules import may_be_asked_for_proof, require_author, require_writer
from search.neighbours import how_many

RETURNED = Idea.Moderation.NEEDS_WORK
# What stands in the field `similar_seen` of whoever was asked before sending.
ALL_SEEN = "all"


@require_http_methods(["GET", "HEAD", "POST"])
def new_idea(request: HttpRequest) -> HttpResponse:
    cycle = _cycle_or_404(request.GET.get("cycle", ""))
    if request.method != "POST":
        return _form_page(request, _first_form(request, cycle), cycle=cycle)
    person = signed_in(request)
    used = limit_request(request, "post")
    require_open(Activity.SUBMIT, open_activities(cycle.pk))
    form = IdeaForm(request.POST, request.FILES, cycle=cycle, idea=own_draft(person, cycle))
    if not form.is_valid():
        return _refused_form(request, form, cycle=cycle)
    if _is_to_be_asked(request, person, form, cycle):
        actions.keep_draft(author=person, cycle=cycle, text=form.text, files=form.attached, remove=form.removed)
        return SeeOther(f"{reverse('ideas:similar')}?cycle={cycle.pk}")
    idea = actions.submit_idea(
        author=person,
        cycle=cycle,
        text=form.text,
        files=form.attached,
        remove=form.removed,
        unproved=_came_unproved(request, used, person, form),
    )
    messages.success(request, _proposed(idea, form))
    return SeeOther(idea.get_absolute_url())


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Before an idea is sent: those that speak of the same, while its text and files wait in the draft."""
    cycle = _cycle_or_404(request.GET.get("cycle", ""))
    person = signed_in(request)
    draft = own_draft(person, cycle)
    if draft is None:
        return redirect(form_address(cycle))
    near = told_before_sending(cycle, title=draft.title, text=draft.problem)
    context = {
        "cycle": cycle,
        "near": near,
        "said": how_many(len(near)),
        "draft": draft,
        "form": IdeaForm.of(draft, cycle=cycle),
        "address": form_address(cycle),
        "all": ALL_SEEN,
        "asks_proof": _asks_proof(cycle, person),
    }
    return render(request, "ideas/similar.html", context)


def _asks_proof(cycle: IdeaCyclePage, person: Person | None) -> bool:
    return may_be_asked_for_proof(cycle, person, checked=is_checked_first(sanctions_on_page(person, cycle)))


def _came_unproved(request: HttpRequest, used: list[Used], person: Person, form: IdeaForm) -> bool:
    text = form.text
    words = f"{text.title}\n{text.problem}\n{text.solution}\n{text.effect}"
    return came_unproved(request, used, newcomer=is_newcomer(person), text=words)


def _is_to_be_asked(request: HttpRequest, person: Person, form: IdeaForm, cycle: IdeaCyclePage) -> bool:
    """Say whether there is an idea that is very near to the one sent and was not shown yet.

    Nobody is asked twice, nor who may not propose here anyway, nor a program. `similar_seen` holds the ids of those
    that stood beneath the form, put there by the page or its script.
    """
    seen = request.POST.get("similar_seen", "")
    if wants_json(request) or seen == ALL_SEEN or why_not_propose(person, cycle):
        return False
    ids = {id_of(one) for one in seen.split(",")}
    return bool(told_before_sending(cycle, title=form.text.title, text=form.text.problem, seen=ids))


@require_POST
def drafts(request: HttpRequest) -> HttpResponse:
    """Keep what is in the form: by a script every few seconds, without one by a button."""
    person = signed_in(request)
    limit_request(request, "draft")
    cycle = _cycle_or_404(request.POST.get("cycle", ""))
    form = DraftForm(request.POST, request.FILES, cycle=cycle, idea=own_draft(person, cycle))
    if not form.is_valid():
        return _refused_form(request, form, cycle=cycle)
    draft = actions.keep_draft(author=person, cycle=cycle, text=form.text, files=form.attached, remove=form.removed)
    if wants_json(request):
        return JsonResponse({"draft": draft.pk})
    messages.success(request, _("Черновик сохранён. Его видите только вы: он ждёт здесь и в личном кабинете."))
    return SeeOther(form_address(cycle))


@require_http_methods(["GET", "HEAD", "POST"])
def delete_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A destructive step asks once: GET asks, POST does."""
    person = signed_in(request)
    draft = get_visible_idea_or_404(person, pk)
    if draft.author_id != person.pk or draft.moderation != Idea.Moderation.DRAFT:
        raise Http404
    if request.method != "POST":
        return render(request, "ideas/delete_draft.html", {"draft": draft, "form_address": form_address(draft.cycle)})
    limit_request(request, "post")
    actions.delete_draft(author=person, idea_id=pk)
    messages.success(request, _("Черновик удалён."))
    return SeeOther(reverse("people:me"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    require_writer(idea, person, is_co_author=is_co_author(person, idea))
    if idea.moderation == Idea.Moderation.DRAFT:
        return redirect(form_address(idea.cycle))
    if request.method != "POST":
        return _form_page(request, IdeaForm.of(idea, cycle=idea.cycle), cycle=idea.cycle, idea=idea)
    used = limit_request(request, "post")
    form = IdeaForm(request.POST, request.FILES, cycle=idea.cycle, idea=idea)
    if not form.is_valid():
        return _refused_form(request, form, cycle=idea.cycle, idea=idea)
    changed = actions.edit_idea(
        author=person,
        idea_id=idea.pk,
        text=form.text,
        files=form.attached,
        remove=form.removed,
        unproved=_came_unproved(request, used, person, form),
    )
    messages.success(request, _edited(idea, changed, form))
    return SeeOther(changed.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A destructive step asks once: GET asks, POST does."""
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    require_author(idea, person)
    if idea.moderation == Idea.Moderation.DRAFT:
        return redirect("ideas:delete_draft", pk=pk)
    if request.method != "POST":
        return render(request, "ideas/withdraw.html", {"idea": idea})
    limit_request(request, "post")
    actions.withdraw_idea(author=person, idea_id=idea.pk)
    messages.success(request, _("Идея отозвана. Её страница осталась, из списков она убрана."))
    return SeeOther(idea.get_absolute_url())


def _proposed(idea: Idea, form: IdeaForm) -> str:
    """Return what the author is told: that it is public, or that it waits, and for what."""
    if idea.moderation != Idea.Moderation.PENDING:
        return _("Идея опубликована.")
    waits = _("Идея отправлена. Её увидят все, как только посмотрит модератор.")
    return " ".join(filter(None, [waits, personal_note(*form.text.words)]))


def _edited(before: Idea, after: Idea, form: IdeaForm) -> str:
    """Return what the author is told: that it is saved, or that it is looked at once more."""
    if after.moderation == before.moderation:
        return _("Изменения сохранены.")
    waits = _("Изменения сохранены. Идею увидят все, как только посмотрит модератор.")
    return " ".join(filter(None, [waits, personal_note(*form.text.words)]))


def form_address(cycle: IdeaCyclePage) -> str:
    """Return where an idea of the cycle is written, and its draft found again."""
    return f"{reverse('ideas:new')}?cycle={cycle.pk}"


def _cycle_or_404(typed: str) -> IdeaCyclePage:
    cycle: IdeaCyclePage | None = IdeaCyclePage.objects.visible().filter(pk=id_of(typed)).first()
    if cycle is None:
        raise Http404
    return cycle


def _first_form(request: HttpRequest, cycle: IdeaCyclePage) -> IdeaForm:
    """Return the form with what there is to begin with: what was typed before signing in, the draft, the own place."""
    person = person_of(request)
    draft = own_draft(person, cycle)
    if kept := kept_form(request, request.path) or kept_form(request, reverse("ideas:drafts")):
        return IdeaForm(initial=kept.dict(), cycle=cycle, idea=draft)
    if draft:
        return IdeaForm.of(draft, cycle=cycle)
    return IdeaForm(initial={"municipality": person.municipality_id if person else None}, cycle=cycle)


def _form_page(
    request: HttpRequest, form: IdeaForm, *, cycle: IdeaCyclePage, idea: Idea | None = None, status: int = 200
) -> HttpResponse:
    person = person_of(request)
    context = {
        "form": form,
        "cycle": cycle,
        "idea": idea,
        "address": "" if idea else form_address(cycle),
        # What the browser keeps by itself, between two times that the server does.
        "draft": f"idea-{idea.pk}" if idea else f"idea-new-{cycle.pk}",
        "kept": None if idea or not person else form.idea,
        # A change of what is not public waits for a moderator in any case.
        "asks_proof": (not idea or idea.moderation == Idea.Moderation.PUBLISHED) and _asks_proof(cycle, person),
        "refused": why_may_not(person, Act.WRITE, cycle) if idea else why_not_propose(person, cycle),
        "returned": latest_decision("idea", idea.pk) if idea and idea.moderation == RETURNED else None,
        "usual_tags": usual_tags(cycle) if "tags" in form.fields else [],
        "similar": None if idea else similar_ideas(cycle, title=_typed(form, "title"), text=_typed(form, "problem")),
    }
    return render(request, "ideas/idea_form.html", context, status=status)


def _typed(form: IdeaForm, name: str) -> str:
    return str(form[name].value() or "")


def _refused_form(
    request: HttpRequest, form: IdeaForm, *, cycle: IdeaCyclePage, idea: Idea | None = None
) -> HttpResponse:
    if wants_json(request):
        raise invalid(form)
    return _form_page(request, form, cycle=cycle, idea=idea, status=422)
