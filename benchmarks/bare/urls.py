from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.bare.consumers import GROUP
from benchmarks.bare.models import Post
from crowd.events.live import broadcast


@transaction.atomic
def post(request: HttpRequest) -> HttpResponse:
    """Insert one row; tell the sockets which."""
    body = request.POST["body"]
    Post.objects.create(body=body)
    mark = body.split(" ", 1)[0]
    transaction.on_commit(lambda: broadcast(GROUP, {"mark": mark}))
    return HttpResponse(status=201, headers={"Content-Length": "0"})


urlpatterns = [path("posts/", post)]
