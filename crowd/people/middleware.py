"""What guards the pages of the account and of the staff."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from crowd.errors import NotAllowed
from crowd.people.views import SeeOther
from crowd.views import refusal, wants_json

GetResponse = Callable[[HttpRequest], HttpResponseBase]

PRIVATE = re.compile(r"^/(?:[a-z]{2}/)?(?:accounts|me)/")
STAFF = "/admin/"
# These lead on to signing in, which they must not themselves be kept from.
ENTRANCES = ("/admin/login/", "/admin/password_reset/")


class PrivatePages:
    """Pages about oneself stay in no cache: not the browser's after signing out, not a proxy's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if PRIVATE.match(request.path_info):
            add_never_cache_headers(response)
        return response


class StaffSecondFactor:
    """Everything under /admin/ asks for a role, and where it is required for a second factor given in this session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(STAFF) and not request.path_info.startswith(ENTRANCES):
            refused = self._refuse(request)
            if refused is not None:
                add_never_cache_headers(refused)
                return refused
        return self.get_response(request)

    def _refuse(self, request: HttpRequest) -> HttpResponse | None:
        person = request.user
        if not person.is_authenticated:
            return _lead(request, reverse("account_login"), 401, "not_signed_in")
        if not person.has_perm("wagtailadmin.access_admin"):
            # Wagtail would lead to signing in, and that back here, for ever.
            return refusal(request, NotAllowed())
        if not settings.STAFF_SECOND_FACTOR_REQUIRED:
            return None
        if not is_mfa_enabled(person, [Authenticator.Type.TOTP]):
            messages.warning(request, _("Для работы с сайтом нужен вход с кодом. Включите его, это займёт минуту."))
            return _lead(request, reverse("mfa_activate_totp"), 403, "second_factor_missing")
        if not any(record.get("method") == "mfa" for record in get_authentication_records(request, person)):
            return _lead(request, reverse("mfa_reauthenticate"), 403, "second_factor_missing")
        return None


def _lead(request: HttpRequest, to: str, status: int, code: str) -> HttpResponse:
    """Lead a page there and back again; tell a script with a status what is missing."""
    if wants_json(request) or request.headers.get("X-Requested-With") == "XMLHttpRequest":
        detail = _("Войдите заново, чтобы продолжить.")
        return JsonResponse({"error": code, "detail": detail, "fields": {}}, status=status)
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else STAFF
    return SeeOther(f"{to}?{urlencode({'next': back})}")
