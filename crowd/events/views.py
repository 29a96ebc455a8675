"""The administrators' pages about deliveries."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crowd import clock
from crowd.events.actions import repeat_deliveries, repeat_delivery
from crowd.events.forms import DeliveryFilterForm
from crowd.events.models import Delivery
from crowd.events.queries import consumer_states, worker_is_alive
from crowd.events.registry import registry

ON_A_PAGE = 50


def is_administrator(request: HttpRequest) -> bool:
    return request.user.is_active and bool(getattr(request.user, "is_superuser", False))


def require_administrator(request: HttpRequest) -> None:
    if not is_administrator(request):
        raise PermissionDenied


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    require_administrator(request)
    states = consumer_states()
    consumers = sorted({*registry.consumers, *(state["consumer"] for state in states)})
    form = DeliveryFilterForm(request.GET or {"status": Delivery.Status.SET_ASIDE}, consumers=consumers)
    wanted = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    found = Delivery.objects.filter(**wanted).select_related("event").order_by("-pk")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("p"))
    context = {
        "form": form,
        "states": states,
        "alive": worker_is_alive(),
        "now": clock.now(),
        "page_obj": page,
        "elided_page_range": page.paginator.get_elided_page_range(page.number),
    }
    return render(request, "events/deliveries.html", context)


@require_POST
def repeat(request: HttpRequest) -> HttpResponse:
    """Repeat one delivery, or all that were set aside of one consumer."""
    require_administrator(request)
    consumer = request.POST.get("consumer", "")
    if consumer:
        count = repeat_deliveries(consumer=consumer, administrator=request.user)
        said = ngettext("Повторим %(count)d доставку.", "Повторим %(count)d доставок.", count)
        messages.success(request, said % {"count": count})
    else:
        given = request.POST.get("delivery", "")
        delivery = get_object_or_404(Delivery, pk=int(given) if given.isdecimal() else 0)
        repeat_delivery(delivery=delivery, administrator=request.user)
        messages.success(request, _("Доставка будет повторена."))
    return redirect("deliveries:index")
