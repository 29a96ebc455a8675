"""What staff see of the answers: counts, never who gave them; for the campaigns of their role."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crowd.campaigns.models import BlockPage
from crowd.people.models import CampaignRole
from crowd.people.policies import CampaignPermissionPolicy
from questions.models import Question
from questions.queries import PEOPLE, Results, results_of, tallies
from questions.tables import as_csv

Role = CampaignRole.Role
policy = CampaignPermissionPolicy(BlockPage, view=[Role.EDITOR, Role.APPROVER, Role.MODERATOR])


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """List the pages that ask something, in the campaigns of the role."""
    if not policy.user_has_permission(request.user, "view"):
        raise PermissionDenied
    asking = policy.instances_user_has_permission_for(request.user, "view")
    found = asking.annotate(asked=Count("questions")).filter(asked__gt=0).order_by("-latest_revision_created_at", "pk")
    return render(request, "questions/admin/pages.html", {"pages": found})


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    page = get_page_or_404(request, pk)
    context = {"page": page, "questions": results_on(page)}
    return render(request, "questions/admin/results.html", context)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    page = get_page_or_404(request, pk)
    # The mark at the front tells spreadsheets which alphabet it is.
    response = HttpResponse(as_csv(results_on(page)).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    name = _("otvety-%(page)s.csv") % {"page": page.pk}
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def get_page_or_404(request: HttpRequest, pk: int) -> BlockPage:
    """Return the page where the person holds a role in its campaign; who holds none anywhere has no business here."""
    if not policy.user_has_permission(request.user, "view"):
        raise PermissionDenied
    page: BlockPage | None = policy.instances_user_has_permission_for(request.user, "view").filter(pk=pk).first()
    if page is None:
        raise Http404
    return page


def results_on(page: BlockPage) -> list[tuple[Question, Results]]:
    questions = list(Question.objects.filter(page=page))
    counts = tallies([question.pk for question in questions])
    return [(question, results_of(question, counts.get(question.pk, {PEOPLE: 0}))) for question in questions]
