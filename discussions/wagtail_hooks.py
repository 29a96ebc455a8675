from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter

from discussions.bulk_actions import ALL
from discussions.models import Comment
from discussions.viewsets import CommentViewSet, ThreadViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [CommentViewSet("comments"), ThreadViewSet("threads")]


for action in ALL:
    hooks.register("register_bulk_action", action)


class Marked(LogFormatter):
    label = _("Отмечено, от чьего имени комментарий")

    def format_message(self, log_entry: Any) -> str:
        return f"{self.label}: {Comment.Voice(log_entry.data['voice']).label}"


class ThreadLocked(LogFormatter):
    label = _("Ветка закрыта")

    def format_message(self, log_entry: Any) -> str:
        return f"{self.label}: {log_entry.data['note']}"


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("comment.pinned", _("Закрепить комментарий"), _("Комментарий закреплён"))
    actions.register_action("comment.unpinned", _("Открепить комментарий"), _("Комментарий откреплён"))
    actions.register_action("comment.marked")(Marked)
    actions.register_action("comment.noted", _("Оставить заметку модераторам"), _("Оставлена заметка модераторам"))
    actions.register_action("thread.locked")(ThreadLocked)
    actions.register_action("thread.unlocked", _("Открыть ветку"), _("Ветка открыта"))
