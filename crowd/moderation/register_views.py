from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crowd.moderation.forms import RegisterForm
from crowd.moderation.register import public_campaigns, register_of, register_years


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Tell everybody in numbers what moderators decide. A campaign that may not be named has no register of its own."""
    titles, years = public_campaigns(), register_years()
    asked = request.GET.get("year", "")
    # A year that makes no sense is as if it were not there; a campaign that is not shown is not found.
    wanted = {"year": asked if asked in map(str, years) else "", "campaign": request.GET.get("campaign", "")}
    form = RegisterForm(wanted, years=years, titles=titles)
    if not form.is_valid():
        raise Http404
    year, campaign_id = form.cleaned_data["year"], form.cleaned_data["campaign"]
    shown = register_of(titles, year=year, campaign_id=campaign_id)
    context = {"register": shown, "form": form, "narrowed": bool(year or campaign_id)}
    return render(request, "moderation/register.html", context)
