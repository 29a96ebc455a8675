"""Cases that a moderator takes, so that nobody else looks at them meanwhile; and how much waits, for an open page.

Scripts that ask for JSON get the same answers without a page.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crowd import clock
from crowd.converters import id_of
from crowd.errors import AlreadyDecided
from crowd.moderation.actions import claim_case, claim_next, release_case
from crowd.moderation.models import Claim
from crowd.moderation.views import case_or_404, moderator_of, scope_of
from crowd.moderation.waiting import MOST_COUNTED, Named, Scope, campaign_titles, total_for
from crowd.people.models import Person
from crowd.people.views import SeeOther
from crowd.views import wants_json


@require_POST
def claim(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a case; where another has it, its page says who and until when."""
    person = moderator_of(request)
    scope = _scope(request, person)
    try:
        taken = claim_case(moderator=person, kind=kind, subject_id=pk)
    except AlreadyDecided as refused:
        if wants_json(request):
            raise
        messages.warning(request, str(refused.detail))
        return SeeOther(_page(kind, pk, scope))
    return _taken(request, taken, scope)


@require_POST
def release(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Give a case back. Whose time was over has nothing to give back, which is as good."""
    person = moderator_of(request)
    scope = _scope(request, person)
    released = release_case(moderator=person, kind=kind, subject_id=pk)
    if wants_json(request):
        return JsonResponse({"released": released})
    return SeeOther(_queue(scope))


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the oldest case that nobody has taken; `leaving` names one that is put aside."""
    person = moderator_of(request)
    scope, leaving = _scope(request, person), _leaving(request)
    if leaving is not None:
        case_or_404(person, *leaving)
    taken = claim_next(moderator=person, scope=scope, leaving=leaving)
    if leaving is not None:
        release_case(moderator=person, kind=leaving[0], subject_id=leaving[1])
    if taken is not None:
        return _taken(request, taken, scope)
    if wants_json(request):
        return JsonResponse({"url": None})
    messages.info(request, _("Свободных записей больше нет: остальные, если они есть, смотрят другие модераторы."))
    return SeeOther(_queue(scope))


@require_safe
@never_cache
def count(request: HttpRequest) -> HttpResponse:
    """How much waits, for a page that is open: a number and the same in words."""
    person = moderator_of(request)
    numbers = total_for(person, _scope(request, person).campaign_id, clock.now())
    more = numbers.total > MOST_COUNTED
    return JsonResponse({"total": min(numbers.total, MOST_COUNTED), "more": more, "said": numbers.said})


def _taken(request: HttpRequest, taken: Claim, scope: Scope) -> HttpResponse:
    address = _page(taken.kind, taken.subject_id, scope)
    if wants_json(request):
        until = taken.until.isoformat()
        return JsonResponse({"kind": taken.kind, "id": taken.subject_id, "until": until, "url": address})
    return SeeOther(address)


def _scope(request: HttpRequest, person: Person) -> Scope:
    """Return the part of the queue that the form or the address names."""
    return scope_of(request.POST if request.method == "POST" else request.GET, campaign_titles(person))


def _leaving(request: HttpRequest) -> Named | None:
    kind, _dash, pk = request.POST.get("leaving", "").partition("-")
    return (kind, id_of(pk)) if kind and id_of(pk) else None


def _page(kind: str, pk: int, scope: Scope) -> str:
    return _with(reverse("moderation_case", args=[kind, pk]), scope)


def _queue(scope: Scope) -> str:
    return _with(reverse("moderation_queue"), scope)


def _with(address: str, scope: Scope) -> str:
    return f"{address}?{scope.query}" if scope.query else address
