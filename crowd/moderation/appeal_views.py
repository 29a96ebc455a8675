"""Appeals in the admin: what waits, and answering one of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crowd.errors import AlreadyDecided, Invalid
from crowd.moderation.actions import decide_appeal
from crowd.moderation.forms import AppealAnswerForm
from crowd.moderation.models import Appeal
from crowd.moderation.queries import appeals_for, cases_of
from crowd.moderation.registry import registry
from crowd.moderation.rules import is_anothers
from crowd.moderation.views import moderator_of
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

APPEALS_A_PAGE = 50


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """List the appeals that wait in the moderator's campaigns, oldest first."""
    moderator = moderator_of(request)
    page = Paginator(appeals_for(moderator), APPEALS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    posts = cases_of(appeal.decision for appeal in listed)
    rows = [
        (appeal, posts.get((appeal.decision.kind, appeal.decision.subject_id)), is_anothers(appeal, moderator))
        for appeal in listed
    ]
    return render(request, "moderation/appeals.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one appeal with the post and the decision; POST answers it."""
    moderator = moderator_of(request)
    found = _appeal_or_404(moderator, pk)
    if request.method != "POST":
        return _page(request, moderator, found, AppealAnswerForm())
    form = AppealAnswerForm(request.POST)
    try:
        decided = decide_appeal(
            moderator=moderator, appeal_id=pk, outcome=form.typed("outcome"), answer=form.typed("answer")
        )
    except Invalid as refused:
        form.refuse(refused.fields)
        return _page(request, moderator, found, form, status=refused.status)
    except AlreadyDecided as refused:
        messages.warning(request, str(refused.detail))
        # What somebody else said meanwhile stands there; what was typed here is kept beside it.
        return _page(request, moderator, _appeal_or_404(moderator, pk), form, status=refused.status)
    messages.success(request, _("Ответ отправлен автору: %(state)s.") % {"state": decided.get_state_display()})
    return redirect("moderation_appeals")


def _appeal_or_404(moderator: Person, pk: int) -> Appeal:
    """Return the appeal where it is of one of the moderator's campaigns."""
    rows = Appeal.objects.in_campaigns(roles_of(moderator).campaigns(CampaignRole.Role.MODERATOR))
    found = rows.select_related("decision__reason", "decision__moderator", "author", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, moderator: Person, found: Appeal, form: AppealAnswerForm, *, status: int = 200
) -> HttpResponse:
    decision = found.decision
    kind = registry.kinds.get(decision.kind)
    context = {
        "appeal": found,
        "decision": decision,
        "case": cases_of([decision]).get((decision.kind, decision.subject_id)),
        "label": kind.label if kind else "",
        "waiting": found.state == Appeal.State.WAITING,
        "mine_to_decide": is_anothers(found, moderator),
        "form": form,
    }
    return render(request, "moderation/appeal.html", context, status=status)
