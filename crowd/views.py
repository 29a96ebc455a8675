"""Pages of no app: refusals, signs of life, metrics."""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from crowd.errors import DomainError, NotAllowed
from crowd.words import duration

# What must not be shown again on a refusal's page, nor kept in a session.
SECRET_FIELDS = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"})

# When to come back: a database that restarts, planned work.
AWAY_SECONDS, MAINTENANCE_SECONDS = 30, 300


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def typed_text(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed into the refused form, so that nothing of it is lost."""
    if request.method != "POST":
        return []
    return [(name, value) for name, values in request.POST.lists() if name not in SECRET_FIELDS for value in values]


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the refusal as JSON or as a page, with its status, and what was typed kept."""
    response: HttpResponse
    if wants_json(request):
        fields = {name: [str(message) for message in messages] for name, messages in error.fields.items()}
        body = {"error": error.code, "detail": _said(error), "fields": fields}
        response = JsonResponse(body, status=error.status)
    else:
        context = {"error": error, "typed": typed_text(request)}
        response = render(request, "pages/refusal.html", context, status=error.status)
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _said(error: DomainError) -> str:
    """Return what a script shows to whoever was refused: with when to come back, where that is known."""
    retry_after = getattr(error, "retry_after", None)
    if not retry_after:
        return str(error.detail)
    again = _("Повторить можно через %(pause)s.") % {"pause": duration(retry_after)}
    return f"{error.detail} {again}"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    error = DomainError(_("Форма устарела или открыта с другого сайта. Повторите отправку: написанное сохранено ниже."))
    error.status, error.code = 403, "csrf"
    return refusal(request, error)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    if wants_json(request):
        detail = _("Такой страницы нет, или она вам не видна.")
        return JsonResponse({"error": "not_found", "detail": detail, "fields": {}}, status=404)
    return render(request, "404.html", {"typed": typed_text(request)}, status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    if wants_json(request):
        return JsonResponse({"error": "not_allowed", "detail": str(NotAllowed.detail), "fields": {}}, status=403)
    return render(request, "403.html", {"typed": typed_text(request)}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected, or that the database is away where that is what happened."""
    if is_database_away(sys.exception()):
        return database_away(request)
    detail = _("У нас что-то сломалось. Повторите через несколько минут.")
    return _alone(request, "500.html", 500, "server_error", detail)


def database_away(request: HttpRequest) -> HttpResponse:
    detail = _("Сейчас не отвечает база данных. Повторите через минуту.")
    return _alone(request, "503.html", 503, "database_away", detail, retry_after=AWAY_SECONDS)


def maintenance(request: HttpRequest) -> HttpResponse:
    detail = _("Идут плановые работы. Повторите позже.")
    context = {"retry_after": MAINTENANCE_SECONDS, "maintenance": True}
    return _alone(request, "503.html", 503, "maintenance", detail, **context)


def _alone(request: HttpRequest, template: str, status: int, code: str, detail: str, **context: Any) -> HttpResponse:
    """Return a page that asks neither the database nor the session nor a context processor, with what was typed."""
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse({"error": code, "detail": detail, "fields": {}}, status=status)
    else:
        body = render_to_string(template, context | {"typed": _typed_if_readable(request)})
        response = HttpResponse(body, status=status)
    if retry_after := context.get("retry_after"):
        response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _typed_if_readable(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        return typed_text(request)
    except (OSError, SuspiciousOperation, MultiPartParserError):
        return []


def is_database_away(error: BaseException | None) -> bool:
    """Say whether the error came of a database that cannot be reached, or whose one writer did not let us in."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return "locked" in str(error) or not _database_answers()


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Say by part whether everything that is configured can be reached; 503 where anything cannot."""
    known = {name: state for name, answers in parts.items() if (state := answers()) is not None}
    ready = all(known.values())
    body: dict[str, Any] = {"ready": ready, "parts": {name: "ok" if ok else "away" for name, ok in known.items()}}
    return JsonResponse(body, status=200 if ready else 503)


@require_safe
@never_cache
def metrics(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


@require_safe
def public_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve the editors' pictures where no proxy does; never anything outside of `images/`."""
    return serve(request, path, document_root=settings.MEDIA_ROOT)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool | None:
    if not settings.REDIS_URL:
        return None
    ping = getattr(cache, "ping", None)
    return bool(ping and ping())


# Each part says True, False, or None where it is not configured; apps of higher floors add theirs.
parts: dict[str, Callable[[], bool | None]] = {"database": _database_answers, "redis": _redis_answers}
