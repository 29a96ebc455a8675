from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.errors import Invalid, NotSignedIn
from crowd.people.actions import choose_language, edit_person, give_consent
from crowd.people.forms import ConsentForm, PersonForm
from crowd.people.kept import keep_form
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.queries import consent_versions, current_consent_text, has_current_consent
from crowd.views import typed_text

HERE = "/"


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
    return HERE


def next_page(request: HttpRequest, otherwise: str) -> str:
    """Return where the form wants to lead, where that is this site; `otherwise` in any other case."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else otherwise


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Keep the form and lead to signing in, and from there back to the form's page."""
    keep_form(request)
    return SeeOther(f"{reverse('account_login')}?{urlencode({'next': page_of_form(request)})}")


def ask_consent(request: HttpRequest) -> HttpResponse:
    """Keep the form and show the consent that is missing."""
    keep_form(request)
    return _consent_page(request, page_of_form(request), typed=typed_text(request), status=403)


def _consent_page(
    request: HttpRequest, back: str, *, form: ConsentForm | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    text = current_consent_text()
    if form is None and text is not None and request.user.is_authenticated:
        form = ConsentForm(text)
    given = isinstance(request.user, Person) and has_current_consent(request.user)
    context |= {"text": text, "form": form, "next": back, "given": given}
    return render(request, "people/consent.html", context, status=status)


def signed_in(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise NotSignedIn
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Show the consent in force and take it; whose text has changed meanwhile is asked again."""
    person = signed_in(request)
    back = next_page(request, reverse("people:me"))
    text = current_consent_text()
    if request.method != "POST":
        return _consent_page(request, back)
    if text is not None:
        form = ConsentForm(text, request.POST)
        if not form.is_valid():
            return _consent_page(request, back, form=form, status=422)
        give_consent(person=person, text=text)
        messages.success(request, _("Спасибо, согласие записано."))
    return SeeOther(back)


@require_safe
def consent_text(request: HttpRequest, version: int | None = None) -> HttpResponse:
    """Show the text in force, or the version that is asked for, and the way to the others."""
    versions = consent_versions()
    shown = next((one for one in versions if version in {None, one.text.version}), None)
    if shown is None and version is not None:
        raise Http404
    context = {"shown": shown, "text": shown and shown.text, "versions": versions, "numbered": version is not None}
    return render(request, "people/consent_text.html", context)


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    sections = [{"section": section, "rows": section.rows(person)} for section in me_sections.in_order()]
    consents = person.consents.select_related("text").order_by("-text__version")
    context = {"person": person, "sections": sections, "consents": consents, "agreed": has_current_consent(person)}
    return render(request, "people/me.html", context)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language switch of who is signed in: the page that is open, in the other language, which letters follow."""
    person = signed_in(request)
    chosen = request.POST.get("language", "")
    choose_language(person=person, language=chosen)
    return SeeOther(translate_url(next_page(request, HERE), chosen))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_me(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            edit_person(person=person, **form.cleaned_data)
        except Invalid as refused:
            for name, errors in refused.fields.items():
                form.add_error(name, [str(error) for error in errors])
        else:
            messages.success(request, _("Сохранено."))
            return SeeOther(reverse("people:me"))
    return render(request, "people/edit.html", {"form": form}, status=422 if form.errors else 200)
