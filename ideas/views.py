from urllib.parse import unquote

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.errors import Invalid
from crowd.limits.actions import limit_request
from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import idea_tag
from crowd.people.queries import person_of
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from ideas import actions
from ideas.models import Idea, Vote
from ideas.proposal_views import form_address
from ideas.queries import get_visible_attachment_or_404, get_visible_idea_or_404, idea_context, vote_counts


@require_safe
def idea_page(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    person = person_of(request)
    shows(request, idea_tag(pk))
    idea = get_visible_idea_or_404(person, pk)
    if idea.moderation == Idea.Moderation.DRAFT:
        return redirect(form_address(idea.cycle))
    canonical = idea.get_absolute_url()
    if not unquote(canonical).endswith(f"/{pk}-{slug}/" if slug else f"/{pk}/"):
        return redirect(canonical, permanent=True)
    return render(request, "ideas/idea.html", idea_context(idea, person))


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
