"""What this floor keeps of a person: comments; and how `/me/` shows them."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.personal_data import Record, leave_out, register
from discussions.documents import with_hosts
from discussions.models import Comment, ModeratorNote, Reaction

SHOWN_AT_ME = 20


def comments(person: Person) -> Iterator[Record]:
    for comment in Comment.objects.filter(author=person).prefetch_related("versions").order_by("pk"):
        yield {
            "body": comment.body,
            "stance": comment.get_stance_display(),
            "moderation": comment.get_moderation_display(),
            "created_at": comment.created_at,
            "edited_at": comment.edited_at,
            "earlier": [version.body for version in comment.versions.all()],
        }


def reactions(person: Person) -> Iterator[Record]:
    for reaction in Reaction.objects.filter(person=person).select_related("comment").order_by("pk"):
        yield {"comment": reaction.comment.body, "value": reaction.value, "changed_at": reaction.changed_at}


def latest_comments(person: Person) -> list[dict[str, Any]]:
    """Return the person's latest comments, each with where it stands, if that may still be seen."""
    latest = list(Comment.objects.filter(author=person).select_related("thread").order_by("-created_at")[:SHOWN_AT_ME])
    shown = {comment.pk: host for comment, host in with_hosts(latest)}
    return [{"comment": comment, "host": shown.get(comment.pk)} for comment in latest]


def register_own_data() -> None:
    register(Comment, export=comments)
    register(Reaction, export=reactions)
    leave_out(ModeratorNote, because="Work of the staff: it names who wrote the note, not whom it is about.")
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
