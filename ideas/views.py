from urllib.parse import unquote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import idea_tag
from crowd.people.queries import person_of
from ideas.models import Idea
from ideas.proposal_views import form_address
from ideas.queries import get_visible_attachment_or_404, get_visible_idea_or_404, idea_context


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
    context = idea_context(idea, person)
    if following := context["next_idea"]:
        shows(request, idea_tag(following.pk))
    return render(request, "ideas/idea.html", context)


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
