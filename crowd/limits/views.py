from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from crowd.limits.actions import limit_request
from crowd.limits.proof import make_challenge
from crowd.limits.queries import usage_with_one_more
from crowd.limits.rules import is_suspicious

# What may be asked for, and the rule that is told by how much was sent already.
RULES = {"post": "post", "sign_up": "sign_up"}


@require_safe
def challenge(request: HttpRequest) -> HttpResponse:
    """Give a task; 204 to a form that says what it is `for` and need not prove anything now.

    `links` is what the form's script thinks of its text. Whether it was right, the form's own view decides.
    """
    limit_request(request, "proof")
    rule = RULES.get(request.GET.get("for", ""))
    response: HttpResponse
    if rule and "links" not in request.GET and not is_suspicious(usage_with_one_more(request, rule), newcomer=True):
        response = HttpResponse(status=204)
    else:
        response = JsonResponse(make_challenge())
    response["Cache-Control"] = "no-store"
    return response
