"""«Пределы» in the admin: how often people and networks may act, for administrators."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.errors import Invalid
from crowd.limits.actions import change_limit, restore_limit
from crowd.limits.forms import LimitForm
from crowd.limits.queries import RuleInForce, rule_in_force, rules_in_force
from crowd.limits.rules import LIMITS, require_administrator


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    require_administrator(request.user)
    return render(request, "limits/table.html", {"rules": rules_in_force()})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, rule: str) -> HttpResponse:
    in_force = _rule_or_404(request, rule)
    form = LimitForm(request.POST if request.method == "POST" else None, rule=in_force)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            change_limit(administrator=request.user, rule=rule, person=said.get("person"), network=said.get("network"))
        except Invalid as refused:
            form.refuse(refused.fields)
        else:
            messages.success(request, _("Сохранено: «%(rule)s». Уже действует.") % {"rule": in_force.name})
            return redirect("limits:index")
    context = {"form": form, "rule": in_force}
    return render(request, "limits/change.html", context, status=422 if form.errors else 200)


@require_POST
def restore(request: HttpRequest, rule: str) -> HttpResponse:
    in_force = _rule_or_404(request, rule)
    restore_limit(administrator=request.user, rule=rule)
    messages.success(request, _("Как было: «%(rule)s».") % {"rule": in_force.name})
    return redirect("limits:index")


def _rule_or_404(request: HttpRequest, rule: str) -> RuleInForce:
    require_administrator(request.user)
    if rule not in LIMITS:
        raise Http404
    return rule_in_force(rule)
