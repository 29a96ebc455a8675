from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crowd.limits.actions import limit_request
from crowd.people.queries import person_of, roles_of
from search import analytics, asking, queries
from search.forms import SearchForm, SimilarForm
from search.neighbours import facts_of, how_many, offered
from search.similar import alike

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
        filters=form.filters(),
        person=person_of(request),
        page=values.get("page") or 1,
        after=values.get("after") or "",
    )
    form.count(results.facets)
    if _is_a_new_search(request, form):
        analytics.note(text, found=results.total)
    context = {
        "form": form,
        "results": results,
        "query": text[:LONGEST_SHOWN],
        "tags": form.tags(results.facets),
        "away_since": asking.breaker.away_since,
    }
    return render(request, "search/search.html", context)


def _is_a_new_search(request: HttpRequest, form: SearchForm) -> bool:
    """Say whether a resident asks for something new: no further page, nothing narrowed; what staff try out is none."""
    narrowed = any(value for name, value in form.usable().items() if name != "q")
    fetched = "prefetch" in request.headers.get("Sec-Purpose", "")
    roles = roles_of(request.user)
    return request.method == "GET" and not (narrowed or fetched or roles or roles.in_groups)


@require_safe
def similar(request: HttpRequest) -> JsonResponse:
    """Offer ideas like the one that is being written, what they are filed under, and in words how many they are."""
    limit_request(request, "similar")
    form = SimilarForm(request.GET)
    form.is_valid()
    values = form.cleaned_data
    near = alike("idea", title=values.get("title") or "", text=values.get("text") or "", block_id=values.get("cycle"))
    facts = facts_of("idea", near)
    offers = offered(near, facts)
    results = [
        {
            "id": item.id,
            "title": item.title,
            "url": item.url,
            "up": item.support,
            "status": item.status,
            "status_label": str(facts[item.id].status) if item.id in facts else "",
            "cycle": str(item.context),
            "score": score,
        }
        for item, score in near
    ]
    sector = asdict(offers.sector) if offers.sector else None
    return JsonResponse({"results": results, "said": how_many(len(near)), "sector": sector, "tags": offers.tags})
