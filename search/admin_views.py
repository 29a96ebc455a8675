"""What editors see of the searches of a week; words and counts, nothing else is known."""

from collections.abc import Iterator
from datetime import date

from defusedcsv import csv
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crowd.spreadsheets import DELIMITER, MARK, as_text
from search.reports import WeekReport, week_report
from search.rules import SYNONYMS_POLICY


def is_shown_to(request: HttpRequest) -> bool:
    """Say whether the person keeps the synonyms: the report is there for them."""
    return SYNONYMS_POLICY.user_has_permission(request.user, "change")


@require_safe
def queries(request: HttpRequest) -> HttpResponse:
    report = _report(request)
    context = {"report": report, "counts": settings.SEARCH_STATISTICS}
    return render(request, "search/admin/queries.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    report = _report(request)
    response = HttpResponse(MARK, content_type="text/csv; charset=utf-8")
    csv.writer(response, delimiter=DELIMITER).writerows(_rows(report))
    name = _("zaprosy-%(week)s.csv") % {"week": report.week or ""}
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _rows(report: WeekReport) -> Iterator[list[object]]:
    yield [_("Неделя с"), _("Запрос"), _("Искали, раз"), _("Ничего не нашлось, раз")]
    week = report.week.isoformat() if report.week else ""
    known = {row.pk: row for row in (*report.frequent, *report.without_result)}
    for row in sorted(known.values(), key=lambda row: (-row.times, row.words)):
        yield [week, as_text(row.shown), row.times, row.without_result]
    if report.rare:
        yield [week, _("редкие запросы"), report.rare, report.rare_in_vain]


def _report(request: HttpRequest) -> WeekReport:
    if not is_shown_to(request):
        raise PermissionDenied
    try:
        wanted = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        wanted = None
    return week_report(wanted)
