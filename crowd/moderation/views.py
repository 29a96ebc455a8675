from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.converters import id_of
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, Text
from crowd.moderation.actions import decide
from crowd.moderation.case_rules import AT_HAND, is_taking_over
from crowd.moderation.flag_queries import settled_flags, withholdings_of
from crowd.moderation.forms import DecisionForm
from crowd.moderation.models import Reason
from crowd.moderation.queries import (
    MOST_COUNTED,
    Queue,
    Waiting,
    appeals_waiting,
    decisions_about,
    moderation_queue,
    waiting_appeal,
    with_flags_of,
    with_records,
)
from crowd.moderation.registry import Case, ModerationKind, registry
from crowd.moderation.rules import outcomes_of
from crowd.moderation.waiting import MOST_NEW, PAGES, Scope, campaign_titles, counted, read_place
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
    return queue_page(request, moderator_of(request))


def scope_of(data: QueryDict, titles: dict[int, str]) -> Scope:
    """Return the part of the queue that was asked for; `titles` are the campaigns that the moderator may ask for."""
    campaign, kind, by = data.get("campaign", ""), data.get("kind", ""), id_of(data.get("by", ""))
    if campaign and id_of(campaign) not in titles:
        raise Http404
    return Scope(
        campaign_id=id_of(campaign) or None,
        kind=kind if kind in registry.kinds else "",
        flagged=data.get("flags") == "1",
        new=data.get("new") == "1",
        suspicious=data.get("suspicious") == "1",
        escalated=data.get("escalated") == "1",
        by=by if by in PAGES else PAGES[0],
    )


@require_POST
def decision(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    person = moderator_of(request)
    form = DecisionForm(request.POST)
    try:
        made = decide(moderator=person, kind=kind, subject_id=pk, **form.usable_data())
    except (AlreadyDecided, NotAllowed) as error:
        messages.warning(request, str(error.detail))
        return _refused(request, person, kind, pk, form, error.status)
    except Invalid as error:
        said = [str(message) for errors in error.fields.values() for message in errors]
        messages.error(request, " ".join(said) or str(error.detail))
        return _refused(request, person, kind, pk, form, error.status)
    messages.success(request, _("Решение принято: %(outcome)s.") % {"outcome": made.get_outcome_display()})
    asked = scope_of(request.GET, campaign_titles(person)).query if request.GET else ""
    return redirect(f"{reverse('moderation_queue')}?{asked}" if asked else "moderation_queue")


@require_safe
def case(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One case with its history, also where nothing waits: this is where what is public can be hidden."""
    return case_page(request, moderator_of(request), kind, pk)


def _refused(request: HttpRequest, person: Person, kind: str, pk: int, form: DecisionForm, status: int) -> HttpResponse:
    """Show where it was decided from, with what was typed: a case that is public may stand in no list."""
    if request.POST.get("at") == "case":
        return case_page(request, person, kind, pk, status=status, form=form, refused=True)
    return queue_page(request, person, status=status, form=form, refused=(kind, pk))


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
        "claim": waiting.claim,
        "me": person.pk,
        "scope": scope_of(request.GET, campaign_titles(person)),
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


def queue_page(
    request: HttpRequest,
    person: Person,
    *,
    status: int = 200,
    form: DecisionForm | None = None,
    refused: tuple[str, int] | None = None,
) -> HttpResponse:
    titles = campaign_titles(person)
    scope = scope_of(request.GET, titles)
    found = moderation_queue(person, scope, after=read_place(request.GET.get("after", "")))
    listed = with_records(person, found.waiting)
    cases = [
        (waiting, registry.kinds[waiting.case.kind], refused == (waiting.case.kind, waiting.case.id), _allowed(waiting))
        for waiting in listed
    ]
    context = {
        "queue": found,
        "scope": scope,
        "titles": titles,
        "scopes": _scopes(found, scope, takes_over=is_taking_over(roles_of(person))),
        "further": urlencode(scope.fields | {"after": found.next.written}) if found.next else "",
        "is_further": bool(request.GET.get("after")),
        "sizes": [(by, replace(scope, by=by).query) for by in PAGES],
        "cases": cases,
        "me": person.pk,
        "form": form or DecisionForm(),
        "reasons": list(Reason.objects.all()),
        "appeals": appeals_waiting(person),
        "most_appeals": MOST_COUNTED,
        "takes_over": is_taking_over(roles_of(person)),
    }
    return render(request, "moderation/queue.html", context, status=status)


def _scopes(found: Queue, scope: Scope, *, takes_over: bool) -> list[tuple[Text, str, str, bool]]:
    """Return the parts of the queue to choose from: name, count, query, whether it is the one that is shown."""
    alone, numbers = Scope(campaign_id=scope.campaign_id, by=scope.by), found.numbers
    kinds = [(registry.kinds[name], count) for name, count in numbers.by_kind.items()]
    new = "" if numbers.new is None else counted(numbers.new, MOST_NEW)
    parts: list[tuple[Text, str, Scope]] = [
        (_("Все"), counted(numbers.total), alone),
        *((kind.plural or kind.label, counted(count), replace(alone, kind=kind.name)) for kind, count in kinds),
        (_("С жалобами"), counted(numbers.flagged), replace(alone, flagged=True)),
        (_("Первые записи авторов"), new, replace(alone, new=True)),
        (_("Подозрительные сначала"), "", replace(alone, suspicious=True)),
    ]
    if takes_over:
        parts.append((_("Переданные"), counted(found.escalated), replace(alone, escalated=True)))
    return [(name, count, part.query, part == scope) for name, count, part in parts]


def _allowed(waiting: Waiting) -> frozenset[str]:
    case = waiting.case
    return outcomes_of(registry.kinds[case.kind], case.status, flagged=waiting.flags.total > 0)
