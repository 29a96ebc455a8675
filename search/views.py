from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crowd.limits.actions import limit_request
from crowd.people.queries import person_of
from search import queries
from search.forms import SearchForm, SimilarForm

LONGEST_SHOWN = 200


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found; the words that were asked for stay in the field."""
    form = SearchForm(request.GET)
    values = form.usable()
    text = values.get("q") or ""
    if not text:
        return render(request, "search/search.html", {"form": form, "results": None})
    limit_request(request, "search")
    results = queries.search(
        text,
        kinds=[values["type"]] if values.get("type") else [],
        filters=form.filters(),
        person=person_of(request),
        page=values.get("page") or 1,
    )
    return render(request, "search/search.html", {"form": form, "results": results, "query": text[:LONGEST_SHOWN]})


@require_safe
def similar(request: HttpRequest) -> JsonResponse:
    """Offer ideas like the one that is being written."""
    limit_request(request, "search")
    form = SimilarForm(request.GET)
    form.is_valid()
    values = form.cleaned_data
    found = queries.similar(
        "idea", title=values.get("title") or "", text=values.get("text") or "", block_id=values.get("cycle")
    )
    results = [
        {"id": item.id, "title": item.title, "url": item.url, "up": item.support, "status": item.status}
        for item in found
    ]
    return JsonResponse({"results": results})
