from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from ideas.bulk_actions import ALL
from ideas.viewsets import EntryViewSet, IdeaViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [IdeaViewSet("staff_ideas"), EntryViewSet("operator_entries")]


for action in ALL:
    hooks.register("register_bulk_action", action)
