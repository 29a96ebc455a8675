from typing import Any

from csp.constants import NONE
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from crowd import clock
from crowd.people.views import signed_in
from crowd.publishing.errors import PhasesNotSeen
from crowd.publishing.forms import MomentForm
from crowd.publishing.queries import phases_difference
from crowd.publishing.rehearsal import Rehearsal, Shown, get_rehearsable_page_or_404


@require_safe
def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as it will be at `at`, with a bar on top; it can be looked at and does nothing."""
    person = signed_in(request)
    page = get_rehearsable_page_or_404(person, pk)
    now = clock.now()
    # The site's clock, not the one that an editor may have chosen for the admin.
    with timezone.override(timezone.get_default_timezone()):
        form = MomentForm.at_now(now, request.GET)
        asked = form.cleaned_data if form.is_valid() else {"at": now}
        rehearsed = Rehearsal(page, person, **asked)
        shown = rehearsed.perform(request)
        bar = render_to_string("publishing/bar.html", _bar(rehearsed, shown, form), request)
        response = HttpResponse(rehearsed.finished(shown, bar), status=200 if form.is_valid() else 422)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    # Without scripts there is no socket, no draft of a form, nothing stored in the browser.
    response._csp_replace = {"script-src": [NONE]}  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's own door
    return response


def _bar(rehearsed: Rehearsal, shown: Shown, form: MomentForm) -> dict[str, Any]:
    def url(moment: Any) -> str:
        return rehearsed.url(rehearsed.page.pk, moment)

    boundaries = [(boundary, url(boundary.before), url(boundary.after)) for boundary in shown.boundaries]
    return {"rehearsal": rehearsed, "shown": shown, "form": form, "boundaries": boundaries, "now_url": url(clock.now())}


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_phases(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what publishing the saved draft would change in phases that the public relies on; then publish it."""
    page = Page.objects.filter(pk=pk).first()
    if page is None:
        raise Http404
    if not page.permissions_for_user(signed_in(request)).can_publish():
        raise PermissionDenied
    if page.latest_revision is None:
        raise Http404
    difference = phases_difference(page)
    if request.method == "POST":
        if difference and request.POST.get("seen") != difference.fingerprint:
            raise PhasesNotSeen
        page.latest_revision.publish(user=request.user)
        messages.success(request, _("Страница «%(title)s» опубликована.") % {"title": page.get_admin_display_title()})
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return render(request, "publishing/confirm_phases.html", {"page": page, "difference": difference})
