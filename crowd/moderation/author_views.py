"""What an author is told of decisions about own posts, and appealing against them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crowd.errors import Invalid
from crowd.limits.actions import limit_request
from crowd.moderation.actions import appeal_decision
from crowd.moderation.forms import AppealForm
from crowd.moderation.queries import statement_or_404, statements_for, with_posts
from crowd.people.kept import kept_form
from crowd.people.views import SeeOther, signed_in

STATEMENTS_A_PAGE = 20


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """List what moderators decided against one's own posts."""
    person = signed_in(request)
    page = Paginator(statements_for(person), STATEMENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_of_decisions": page, "rows": with_posts(page.object_list)}
    return render(request, "moderation/my_decisions_all.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the author what was decided, by which rule, and what can be done about it; POST appeals."""
    person = signed_in(request)
    statement = statement_or_404(person, pk)
    if request.method != "POST":
        form = AppealForm(kept_form(request, request.path))
        return render(request, "moderation/statement.html", {"statement": statement, "form": form})
    limit_request(request, "appeal")
    form = AppealForm(request.POST)
    try:
        appeal_decision(author=person, decision_id=pk, text=form.typed("text"))
    except Invalid as refused:
        form.refuse(refused.fields)
        context = {"statement": statement, "form": form}
        return render(request, "moderation/statement.html", context, status=refused.status)
    messages.success(request, _("Апелляция отправлена. Ответ появится на этой странице."))
    return SeeOther(reverse("moderation:statement", kwargs={"pk": pk}))
