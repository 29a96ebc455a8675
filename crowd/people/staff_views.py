"""The operators' page in the admin: seeing a resident's document and saying so."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from crowd.errors import AlreadyDecided, DomainError, Invalid
from crowd.people.actions import confirm_resident
from crowd.people.forms import DocumentForm, FindPersonForm
from crowd.people.queries import roles_of
from crowd.people.reading import note_reading
from crowd.people.rules import may_act_for_residents
from crowd.people.views import SeeOther, signed_in


@sensitive_post_parameters("document_number")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_residents(request: HttpRequest) -> HttpResponse:
    """First the person by e-mail (posted, so that it stands in no log), then the document's number."""
    if not may_act_for_residents(roles_of(request.user)):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, FindPersonForm())
    if "document_number" in request.POST:
        return _confirm(request, DocumentForm(request.POST))
    find = FindPersonForm(request.POST)
    if not find.is_valid():
        return _page(request, find, status=422)
    return _page(request, DocumentForm(initial={"email": find.cleaned_data["email"]}), found=find)


def _confirm(request: HttpRequest, form: DocumentForm) -> HttpResponse:
    if not form.is_valid() or form.person is None:
        return _page(request, form, found=form, status=422)
    number = form.cleaned_data["document_number"]
    try:
        confirm_resident(person=form.person, document_number=number, operator=signed_in(request))
    except (Invalid, AlreadyDecided) as refused:
        _show(form, refused)
        return _page(request, form, found=form, status=refused.status)
    name = form.person.display_name
    messages.success(request, _("Подтверждено: %(name)s теперь подтверждённый житель.") % {"name": name})
    return SeeOther(reverse("confirm_residents"))


def _show(form: DocumentForm, refused: DomainError) -> None:
    for name, errors in refused.fields.items():
        form.add_error(name, [str(error) for error in errors])
    if not refused.fields:
        form.add_error(None, str(refused.detail))


def _page(
    request: HttpRequest, form: FindPersonForm, *, found: FindPersonForm | None = None, status: int = 200
) -> HttpResponse:
    person = getattr(found, "person", None)
    if person is not None:
        note_reading(reader=signed_in(request), people=[person], where="residents")
    context = {"form": form, "person": person}
    return render(request, "people/confirm_residents.html", context, status=status)
