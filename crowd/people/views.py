from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from crowd.people.kept import keep_form
from crowd.people.queries import current_consent_text


class SeeOther(HttpResponseRedirect):
    status_code = 303


def page_of_form(request: HttpRequest) -> str:
    """Return the page on which the posted form stood (same site only), so that the text can be offered there again."""
    if request.method != "POST":
        return request.get_full_path()
    referer = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Keep the form and lead to signing in, and from there back to the form's page."""
    keep_form(request)
    return SeeOther(f"{reverse('account_login')}?{urlencode({'next': page_of_form(request)})}")


def ask_consent(request: HttpRequest) -> HttpResponse:
    """Keep the form and show the consent that is missing."""
    keep_form(request)
    context = {"text": current_consent_text(), "next": page_of_form(request)}
    return render(request, "people/consent.html", context, status=403)
