"""What authors do beside proposing: clarify, call co-authors; and what everybody may read and print of an idea."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.errors import Invalid, NotAllowed
from crowd.forms import invalid
from crowd.limits.actions import limit_request
from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import idea_tag
from crowd.people.kept import kept_form
from crowd.people.models import Person
from crowd.people.queries import person_of
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from ideas import actions
from ideas.author_forms import ClarificationForm, InvitationForm
from ideas.models import CoAuthor, Idea
from ideas.qr import poster_address, qr_svg
from ideas.queries import get_visible_idea_or_404, is_co_author, is_public, versions_of
from ideas.rules import require_author, require_writer
from ideas.transitions import allows


@require_http_methods(["GET", "HEAD", "POST"])
def clarify(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    idea = _own_idea(person, pk)
    if request.method != "POST":
        kept = kept_form(request, request.path)
        form = ClarificationForm(initial=kept.dict() if kept else None)
        return render(request, "ideas/clarify.html", {"idea": idea, "form": form})
    limit_request(request, "post")
    form = ClarificationForm(request.POST)
    if not form.is_valid():
        if wants_json(request):
            raise invalid(form)
        return render(request, "ideas/clarify.html", {"idea": idea, "form": form}, status=Invalid.status)
    actions.add_clarification(author=person, idea_id=pk, body=form.cleaned_data["body"])
    messages.success(request, _("Уточнение добавлено. Оно стоит рядом с текстом идеи."))
    return SeeOther(f"{idea.get_absolute_url()}#clarifications")


@require_http_methods(["GET", "HEAD", "POST"])
def co_authors(request: HttpRequest, pk: int) -> HttpResponse:
    """Show to the author whom the idea is written with, and call one more."""
    person = signed_in(request)
    idea = get_visible_idea_or_404(person, pk)
    require_author(idea, person)
    if idea.moderation == Idea.Moderation.DRAFT:
        raise NotAllowed(_("Сначала отправьте идею, потом зовите соавторов."))
    if request.method != "POST":
        return _co_authors_page(request, idea, InvitationForm())
    limit_request(request, "invite")
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _refused_invitation(request, idea, form, invalid(form))
    try:
        actions.invite_co_author(author=person, idea_id=pk, email=form.cleaned_data["email"])
    except Invalid as error:
        return _refused_invitation(request, idea, form, error)
    messages.success(request, _("Приглашение отправлено."))
    return SeeOther(reverse("ideas:co_authors", kwargs={"pk": pk}))


@require_POST
def answer_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    limit_request(request, "post")
    accept = request.POST.get("accept") == "1"
    invitation = actions.answer_invitation(person=person, invitation_id=pk, accept=accept)
    if not accept:
        messages.success(request, _("Вы отказались. Ваше имя у идеи не появится."))
        return SeeOther(reverse("people:me"))
    messages.success(request, _("Теперь вы соавтор этой идеи: ваше имя стоит рядом с автором."))
    return SeeOther(invitation.idea.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def remove_co_author(request: HttpRequest, pk: int) -> HttpResponse:
    """A destructive step asks once: GET asks, POST does."""
    person = signed_in(request)
    co_author = get_object_or_404(CoAuthor.objects.select_related("idea", "person"), pk=pk)
    if person.pk not in {co_author.idea.author_id, co_author.person_id}:
        raise Http404
    if request.method != "POST":
        is_own = person.pk == co_author.person_id
        back = reverse("people:me") if is_own else reverse("ideas:co_authors", kwargs={"pk": co_author.idea_id})
        context = {"co_author": co_author, "idea": co_author.idea, "is_own": is_own, "back": back}
        return render(request, "ideas/remove_co_author.html", context)
    limit_request(request, "post")
    idea = actions.remove_co_author(person=person, co_author_id=pk)
    messages.success(request, _("Готово: имени рядом с идеей больше нет."))
    is_author = idea.author_id == person.pk
    return SeeOther(reverse("ideas:co_authors", kwargs={"pk": idea.pk}) if is_author else reverse("people:me"))


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how the idea read before, and what was changed."""
    shows(request, idea_tag(pk))
    idea = get_visible_idea_or_404(person_of(request), pk)
    if idea.moderation == Idea.Moderation.DRAFT:
        raise Http404
    return render(request, "ideas/versions.html", {"idea": idea, "steps": versions_of(idea)})


@require_safe
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve the QR code of a public idea's address."""
    idea = _public_idea_or_404(request, pk)
    response = HttpResponse(qr_svg(idea), content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    # Nothing in it changes but whether it is there.
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a sheet to be printed and hung up."""
    idea = _public_idea_or_404(request, pk)
    return render(request, "ideas/poster.html", {"idea": idea, "address": poster_address(idea), "allows": allows(idea)})


def _public_idea_or_404(request: HttpRequest, pk: int) -> Idea:
    shows(request, idea_tag(pk))
    idea = get_visible_idea_or_404(person_of(request), pk)
    if not is_public(idea):
        raise Http404
    return idea


def _own_idea(person: Person, pk: int) -> Idea:
    idea = get_visible_idea_or_404(person, pk)
    require_writer(idea, person, is_co_author=is_co_author(person, idea))
    return idea


def _co_authors_page(request: HttpRequest, idea: Idea, form: InvitationForm, *, status: int = 200) -> HttpResponse:
    listed = idea.co_authors.select_related("person")
    return render(request, "ideas/co_authors.html", {"idea": idea, "form": form, "listed": listed}, status=status)


def _refused_invitation(request: HttpRequest, idea: Idea, form: InvitationForm, error: Invalid) -> HttpResponse:
    if wants_json(request):
        raise error
    form.refuse(error.fields)
    return _co_authors_page(request, idea, form, status=error.status)
