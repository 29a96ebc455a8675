"""Residents' flags: the form, and what became of one's own."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.converters import id_of
from crowd.errors import Invalid
from crowd.limits.actions import limit_request
from crowd.moderation.actions import Raised, flag_contribution
from crowd.moderation.flag_forms import FlagForm
from crowd.moderation.flag_queries import own_flag, public_case
from crowd.moderation.flag_rules import require_others
from crowd.moderation.queries import require_may
from crowd.moderation.registry import Case
from crowd.moderation.rules import Act
from crowd.people.kept import kept_form
from crowd.people.queries import person_of
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json


@require_safe
def new_flag(request: HttpRequest) -> HttpResponse:
    """Show the form; to whoever has flagged this post already, what became of it."""
    person = person_of(request)
    kind, pk = request.GET.get("kind", ""), id_of(request.GET.get("id", ""))
    case = public_case(person, kind, pk)
    if (raised := own_flag(person, kind, pk)) is not None:
        return render(request, "flags/raised.html", {"flag": raised, "case": case})
    if case is None:
        raise Http404
    if person is not None:
        require_others(case, person)
        require_may(person, Act.FLAG, case.campaign_id)
    kept = kept_form(request, reverse("flags:flag"))
    form = FlagForm(kept) if kept and (kept.get("kind"), kept.get("id")) == (kind, str(pk)) else None
    return _form(request, case, form or FlagForm(initial={"kind": kind, "id": pk}), kept=form is not None)


@require_POST
def flag(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    limit_request(request, "flag")
    form = FlagForm(request.POST)
    kind, pk = form.typed("kind"), form.subject_id()
    try:
        raised = flag_contribution(
            person=person, kind=kind, subject_id=pk, reason=form.chosen(), note=form.typed("note")
        )
    except Invalid as error:
        case = public_case(person, kind, pk)
        if wants_json(request) or case is None:
            raise
        form.refuse(error.fields)
        return _form(request, case, form, status=error.status)
    if wants_json(request):
        return JsonResponse({"flag": raised.flag.pk}, status=201 if raised.is_new else 200)
    messages.success(request, _said(raised, form.typed("reason")))
    case = public_case(person, kind, pk)
    return SeeOther(case.url if case else f"{reverse('flags:new')}?{urlencode({'kind': kind, 'id': pk})}")


def _said(raised: Raised, reason: str) -> str:
    if raised.is_new or raised.flag.reason.slug == reason:
        return _("Спасибо. Жалобу прочтёт модератор.")
    return _("Вы уже пожаловались на эту запись, и жалоба осталась прежней: модератор увидит запись и с одной.")


def _form(request: HttpRequest, case: Case, form: FlagForm, *, kept: bool = False, status: int = 200) -> HttpResponse:
    return render(request, "flags/form.html", {"case": case, "form": form, "kept": kept}, status=status)
