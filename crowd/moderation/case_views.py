"""Handing a case on, and saying that a post repeats another."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crowd.errors import DomainError, Invalid
from crowd.moderation.actions import escalate, mark_duplicate
from crowd.moderation.case_forms import DuplicateForm, EscalationForm
from crowd.moderation.queries import with_flags_of
from crowd.moderation.registry import Case, ModerationKind
from crowd.moderation.views import case_or_404, case_page, moderator_of


@require_POST
def hand_on(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Hand the case on; where that is refused, the case is shown with what was typed."""
    person = moderator_of(request)
    case_or_404(person, kind, pk)
    form = EscalationForm(request.POST)
    try:
        escalate(moderator=person, kind=kind, subject_id=pk, note=form.typed("note"), seen=form.seen)
    except DomainError as refused:
        messages.error(request, form.say(refused))
        return case_page(request, person, kind, pk, status=refused.status, escalation_form=form)
    messages.success(request, _("Запись передана: её решат администраторы или те, кто ведёт проект."))
    return redirect("moderation_queue")


@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask which post it repeats and, where that is known, whether to join the two; POST does it."""
    person = moderator_of(request)
    moderated, found, shown = case_or_404(person, kind, pk)
    near = moderated.similar(found) if moderated.similar else []
    form = DuplicateForm(request.POST or request.GET, near=near, joins=moderated.joins)
    if request.method != "POST":
        [waiting] = with_flags_of([shown])
        return _page(request, moderated, shown, form, seen=waiting.latest)
    try:
        mark_duplicate(
            moderator=person, kind=kind, subject_id=pk, into_id=form.into_id, note=form.usable_note(), seen=form.seen
        )
    except DomainError as refused:
        messages.error(request, form.say(refused))
        return _page(request, moderated, shown, form, seen=form.seen or 0, status=refused.status)
    messages.success(request, _("Решение принято: %(outcome)s.") % {"outcome": _("это повтор")})
    return redirect("moderation_queue")


def _page(
    request: HttpRequest, moderated: ModerationKind, shown: Case, form: DuplicateForm, *, seen: int, status: int = 200
) -> HttpResponse:
    """Show the form, and beside the case the other one, where that was named and everybody may see it."""
    found = moderated.visible(form.into_id, None) if moderated.joins and form.into_id != shown.id else None
    other = moderated.case(found) if found is not None else None
    if status == HTTPStatus.OK:
        form.refuse({})
        if form.named and other is None:
            form.refuse({"into": [_("Такой записи среди опубликованных нет. Проверьте номер или ссылку.")]})
            status = Invalid.status
    context = {"case": shown, "moderated": moderated, "form": form, "other": other, "seen": seen}
    return render(request, "moderation/duplicate.html", context, status=status)
