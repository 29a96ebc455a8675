from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from discussions.bulk_actions import ALL
from discussions.viewsets import CommentViewSet, ThreadViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [CommentViewSet("comments"), ThreadViewSet("threads")]


for action in ALL:
    hooks.register("register_bulk_action", action)
