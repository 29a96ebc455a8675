from django.http import HttpRequest, HttpResponse
from wagtail.views import serve

from crowd.tree import remember_route


def page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page as Wagtail does, without looking its address up again each time."""
    if request.method in {"GET", "HEAD"}:
        remember_route(request, path)
    answer: HttpResponse = serve(request, path)
    return answer
