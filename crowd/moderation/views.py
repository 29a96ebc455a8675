from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.errors import AlreadyDecided, Invalid, NotAllowed
from crowd.moderation.actions import decide
from crowd.moderation.case_rules import AT_HAND, is_taking_over
from crowd.moderation.flag_queries import settled_flags, withholdings_of
from crowd.moderation.forms import DecisionForm
from crowd.moderation.models import Reason
from crowd.moderation.queries import (
    MOST_COUNTED,
    Waiting,
    appeals_waiting,
    decisions_about,
    escalated_queue,
    latest_decision,
    moderation_queue,
    waiting_appeal,
    with_flags_of,
    with_records,
)
from crowd.moderation.registry import Case, ModerationKind, registry
from crowd.moderation.rules import outcomes_of
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of


def moderator_of(request: HttpRequest) -> Person:
    """Return the moderator who is signed in; whoever moderates nothing has no business here."""
    person = request.user
    if not isinstance(person, Person) or not roles_of(person).any_of(CampaignRole.Role.MODERATOR):
        raise PermissionDenied
    return person


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    person = moderator_of(request)
    kind = request.GET.get("kind", "")
    flagged = request.GET.get("flags") == "1"
    if request.GET.get("escalated") == "1":
        return _queue_page(request, person, "", escalated=True)
    return _queue_page(request, person, kind if kind in registry.kinds else "", flagged=flagged)


@require_POST
def decision(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    person = moderator_of(request)
    form = DecisionForm(request.POST)
    try:
        made = decide(moderator=person, kind=kind, subject_id=pk, **form.usable_data())
    except (AlreadyDecided, NotAllowed) as error:
        quicker = already(kind, pk) if isinstance(error, AlreadyDecided) else ""
        messages.warning(request, quicker or str(error.detail))
        return _refused(request, person, kind, pk, form, error.status)
    except Invalid as error:
        said = [str(message) for errors in error.fields.values() for message in errors]
        messages.error(request, " ".join(said) or str(error.detail))
        return _refused(request, person, kind, pk, form, error.status)
    messages.success(request, _("Решение принято: %(outcome)s.") % {"outcome": made.get_outcome_display()})
    return redirect("moderation_queue")


@require_safe
def case(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One case with its history, also where nothing waits: this is where what is public can be hidden."""
    return case_page(request, moderator_of(request), kind, pk)


def _refused(request: HttpRequest, person: Person, kind: str, pk: int, form: DecisionForm, status: int) -> HttpResponse:
    """Show where it was decided from, with what was typed: a case that is public may stand in no list."""
    if request.POST.get("at") == "case":
        return case_page(request, person, kind, pk, status=status, form=form, refused=True)
    return _queue_page(request, person, "", status=status, form=form, refused=(kind, pk))


def case_page(
    request: HttpRequest, person: Person, kind: str, pk: int, *, status: int = 200, **typed: Any
) -> HttpResponse:
    """Show one case; `typed` is what was refused and said, where something was."""
    moderated, found, shown = case_or_404(person, kind, pk)
    [waiting] = with_records(person, with_flags_of([shown]))
    context = {
        "case": shown,
        "moderated": moderated,
        "label": moderated.label,
        "allowed": _allowed(waiting),
        "at_hand": shown.status in AT_HAND,
        "waiting": waiting,
        "flags": waiting.flags,
        "seen": waiting.latest,
        "settled": settled_flags(kind, pk),
        "withholdings": withholdings_of(kind, pk),
        "form": DecisionForm(),
        "reasons": list(Reason.objects.all()),
        "decisions": decisions_about(kind, pk),
        "appeal": waiting_appeal(kind, pk),
        "near": moderated.similar(found) if moderated.similar else None,
    }
    return render(request, "moderation/case.html", context | typed, status=status)


@require_safe
def similar(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What speaks of the same as one case, as a part of a page: the queue fetches it for the entries that are seen.

    So the queue itself makes as many queries for 50 entries as for one, and waits for no search.
    """
    moderated, found, shown = case_or_404(moderator_of(request), kind, pk)
    if moderated.similar is None:
        raise Http404
    context = {"near": moderated.similar(found), "case": shown, "moderated": moderated}
    return render(request, "moderation/similar.html", context)


def case_or_404(person: Person, kind: str, pk: int) -> tuple[ModerationKind, Any, Case]:
    """Return the kind, the row and the case, where it is one of the campaigns that the person moderates."""
    moderated = registry.kinds.get(kind)
    found = moderated.find(pk) if moderated else None
    if moderated is None or found is None:
        raise Http404
    shown = moderated.case(found)
    if not roles_of(person).holds(CampaignRole.Role.MODERATOR, shown.campaign_id):
        raise Http404
    return moderated, found, shown


def _queue_page(
    request: HttpRequest,
    person: Person,
    kind: str,
    *,
    status: int = 200,
    form: DecisionForm | None = None,
    refused: tuple[str, int] | None = None,
    flagged: bool = False,
    escalated: bool = False,
) -> HttpResponse:
    found = moderation_queue(person, kind, flagged=flagged)
    listed = with_records(person, escalated_queue(person) if escalated else found.waiting)
    known = [(registry.kinds[name], count) for name, count in found.by_kind.items()]
    kinds = [(kind_of.name, kind_of.plural or kind_of.label, count) for kind_of, count in known]
    cases = [
        (waiting, registry.kinds[waiting.case.kind], refused == (waiting.case.kind, waiting.case.id), _allowed(waiting))
        for waiting in listed
    ]
    context = {"queue": found, "kinds": kinds, "cases": cases, "kind": kind, "form": form or DecisionForm()}
    context |= {"flagged": flagged, "escalated": escalated, "takes_over": is_taking_over(roles_of(person))}
    context["reasons"] = list(Reason.objects.all())
    context |= {"appeals": appeals_waiting(person), "most_appeals": MOST_COUNTED}
    return render(request, "moderation/queue.html", context, status=status)


def _allowed(waiting: Waiting) -> frozenset[str]:
    case = waiting.case
    return outcomes_of(registry.kinds[case.kind], case.status, flagged=waiting.flags.total > 0)


def already(kind: str, pk: int) -> str:
    latest = latest_decision(kind, pk)
    if latest is None:
        return ""
    return _("По этой записи решение уже принято: %(outcome)s.") % {"outcome": latest.get_outcome_display()}
