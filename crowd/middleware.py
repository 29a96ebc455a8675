"""Turns domain errors into answers; gives the admin the policy that it needs."""

import logging
from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from crowd.errors import ConsentMissing, DomainError, NotSignedIn
from crowd.people.views import ask_consent, ask_to_sign_in
from crowd.views import database_away, is_database_away, maintenance, refusal, wants_json
from crowd.vision import Vision, words_for_pictures

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Wagtail's admin styles and scripts itself inline (Stimulus, Draftail, its own templates).
ADMIN_DIRECTIVES = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}


# What watches the site goes on watching while it is worked upon.
ALWAYS_ANSWERED = frozenset({"/healthz", "/readyz", "/metrics"})


class Maintenance:
    """While `MAINTENANCE` is set, says so instead of every page."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.MAINTENANCE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in ALWAYS_ANSWERED:
            return self.get_response(request)
        with translation.override(translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
            return maintenance(request)


class Refusals:
    """A refusal raised anywhere below becomes a page or JSON; who is not signed in or has not consented is asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if is_database_away(error):
            log.warning("database.away", extra={"error": repr(error)})
            return database_away(request)
        if not isinstance(error, DomainError):
            return None
        if not wants_json(request):
            if isinstance(error, NotSignedIn):
                return ask_to_sign_in(request)
            if isinstance(error, ConsentMissing):
                return ask_consent(request)
        return refusal(request, error)


class AdminPolicy:
    """The Wagtail admin gets a policy of its own; the public pages keep the strict one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # A view of the admin that says itself what its page may do is stricter still.
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_replace"):
            response._csp_replace = ADMIN_DIRECTIVES  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's own door
            response._csp_exempt = False  # type: ignore[attr-defined]  # noqa: SLF001
        return response


class PicturesOff:
    """Readers who turned pictures off get the words of each in its place, and load none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            isinstance(response, HttpResponse)
            and response.get("Content-Type", "").startswith("text/html")
            and Vision.of(request).images == "off"
            and not request.path.startswith("/admin/")
        ):
            response.content = words_for_pictures(response.content.decode(response.charset)).encode(response.charset)
        return response
