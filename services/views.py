from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.campaigns.models import BlockPage
from crowd.converters import id_of
from crowd.errors import Invalid
from crowd.limits.actions import limit_request
from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import service_tag
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from services.actions import rate_service
from services.forms import RatingForm, ServiceFilterForm
from services.models import Service
from services.queries import (
    figures_of,
    get_asking_block_or_404,
    get_visible_service_or_404,
    list_context,
    service_context,
)


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    shows(request, *(service_tag(pk) for pk in Service.objects.listed().values_list("pk", flat=True)))
    return render(request, "services/services.html", list_context(ServiceFilterForm(request.GET)))


@require_safe
def service_page(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    shows(request, service_tag(pk))
    service = get_visible_service_or_404(pk)
    if slug != service.slug:
        return redirect(service.get_absolute_url(), permanent=True)
    return render(request, "services/service.html", service_context(request, service))


@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    limit_request(request, "rate")
    service = get_visible_service_or_404(pk)
    form = RatingForm(service, request.POST)
    block = _asking(form, service)
    try:
        rating = rate_service(
            person=person, service=service, score=form.score_typed(), note=form.typed("note"), block=block
        )
    except Invalid as error:
        if wants_json(request):
            raise
        form.refuse(error.fields)
        context = service_context(request, service, form=form, block=block)
        return render(request, "services/service.html", context, status=error.status)
    if wants_json(request):
        figures = figures_of([service.pk])[service.pk]
        mean, count = (figures.mean, figures.count) if figures.may_be_shown else (None, None)
        return JsonResponse({"service": service.pk, "score": rating.score, "mean": mean, "count": count})
    messages.success(request, _("Спасибо, ваша оценка учтена."))
    return SeeOther(f"{block.url}#service-{service.pk}" if block else f"{service.get_absolute_url()}#rating")


def _asking(form: RatingForm, service: Service) -> BlockPage | None:
    """Return the discussion on whose page the form stood."""
    typed = form.typed("block")
    if not typed:
        return None
    return get_asking_block_or_404(id_of(typed), service)
