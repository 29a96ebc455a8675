"""What this floor keeps of a person: comments; and how `/me/` shows them."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.personal_data import Record, register
from discussions.documents import with_hosts
from discussions.models import Comment

SHOWN_AT_ME = 20


def comments(person: Person) -> Iterator[Record]:
    for comment in Comment.objects.filter(author=person).order_by("pk"):
        yield {
            "body": comment.body,
            "stance": comment.get_stance_display(),
            "moderation": comment.get_moderation_display(),
            "created_at": comment.created_at,
        }


def latest_comments(person: Person) -> list[dict[str, Any]]:
    """Return the person's latest comments, each with where it stands, if that may still be seen."""
    latest = list(Comment.objects.filter(author=person).select_related("thread").order_by("-created_at")[:SHOWN_AT_ME])
    shown = {comment.pk: host for comment, host in with_hosts(latest)}
    return [{"comment": comment, "host": shown.get(comment.pk)} for comment in latest]


def register_own_data() -> None:
    register(Comment, export=comments)
    me_sections.register(
        MeSection(
            name="comments",
            title=_("Ваши комментарии"),
            template="discussions/my_comments.html",
            rows=latest_comments,
            empty=_("Вы пока ничего не комментировали."),
            order=30,
        )
    )
