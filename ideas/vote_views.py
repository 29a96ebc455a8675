"""Voting by HTTP, and one's own votes with their receipts."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.errors import Invalid
from crowd.limits.actions import limit_request
from crowd.people.views import SeeOther, next_page, signed_in
from crowd.views import wants_json
from ideas import actions
from ideas.models import Idea, Vote
from ideas.queries import get_idea_to_vote_or_404, vote_by_receipt, vote_counts, votes_of

VOTES_A_PAGE = 50


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    limit_request(request, "vote")
    idea, ballot = get_idea_to_vote_or_404(person, pk)
    key = request.headers.get("Idempotency-Key") or request.POST.get("key", "")
    cast = actions.cast_vote(person=person, idea=idea, value=_value(request), key=key, ballot=ballot)
    if wants_json(request):
        up, down = vote_counts(idea.pk)
        body = {"idea": idea.pk, "value": cast.value, "up": up, "down": down, "receipt": cast.receipt}
        return JsonResponse(body)
    messages.success(request, _said(cast))
    return SeeOther(_back(request, idea))


def _value(request: HttpRequest) -> int:
    typed = request.POST.get("value", "")
    if typed not in {str(number) for number in Vote.Value.values}:
        raise Invalid(fields={"value": [_("Голос может быть 1, −1 или 0.")]})
    return int(typed)


def _said(cast: Vote) -> str:
    if not cast.value:
        return _("Ваш голос отозван.")
    return _("Ваш голос учтён. Код квитанции: %(receipt)s.") % {"receipt": cast.receipt}


def _back(request: HttpRequest, idea: Idea) -> str:
    """Return where the vote was given: on the idea's own page, or at its card in a list."""
    there = next_page(request, "")
    return f"{there.partition('#')[0]}#idea-{idea.pk}" if there else idea.get_absolute_url()


@require_safe
def my_votes(request: HttpRequest) -> HttpResponse:
    """Show one's own votes; a receipt's code finds one of them, and nothing of anybody else's."""
    person = signed_in(request)
    code = request.GET.get("receipt", "").strip()
    page = Paginator(votes_of(person), VOTES_A_PAGE).get_page(request.GET.get("page"))
    found = vote_by_receipt(person, code) if code else None
    return render(request, "ideas/votes.html", {"page_of_votes": page, "receipt": code, "found": found})
