"""Who may write what in a thread. Pure: they are handed the person, the thread and the text."""

from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import BlockPage
from crowd.errors import Invalid, NotAllowed
from crowd.people.models import Person
from discussions.models import LONGEST_COMMENT, Comment, Thread

Moderation = Comment.Moderation


def require_unlocked(thread: Thread) -> None:
    if thread.state != Thread.State.OPEN:
        raise NotAllowed(_("Модератор закрыл эту ветку: писать в неё больше нельзя."))


def clean_body(body: str) -> str:
    """Return the text without blanks around it; refuse what is empty, too long or not a text."""
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise Invalid(fields={"body": [_("Напишите текст.")]})
    if len(body) > LONGEST_COMMENT:
        raise Invalid(fields={"body": [_("Не длиннее 5000 знаков.")]})
    if "\x00" in body:
        raise Invalid(fields={"body": [_("В тексте есть знак, который нельзя сохранить.")]})
    return body


def clean_stance(stance: str) -> str:
    if stance and stance not in Comment.Stance.values:
        raise Invalid(fields={"stance": [_("Такой позиции нет.")]})
    return stance


def require_answerable(parent: Comment, thread: Thread) -> None:
    """Refuse an answer to what stands elsewhere or is not public; both look the same from outside."""
    if parent.thread_id != thread.pk or parent.moderation != Moderation.PUBLISHED:
        raise Invalid(fields={"parent": [_("Комментария, на который вы отвечаете, здесь больше нет.")]})


def first_moderation(block: BlockPage, author: Person) -> Comment.Moderation:
    """Say whether a new comment is public at once or looked at first."""
    looked_at = block.comments_premoderation == BlockPage.Premoderation.EVERYBODY or (
        block.comments_premoderation == BlockPage.Premoderation.NEWCOMERS
        and author.standing == Person.Standing.NEWCOMER
    )
    return Moderation.PENDING if looked_at else Moderation.PUBLISHED


# From which status which outcomes lead.
OUTCOMES = {
    Moderation.PENDING.value: frozenset({"publish", "reject"}),
    Moderation.PUBLISHED.value: frozenset({"hide"}),
    Moderation.HIDDEN.value: frozenset({"publish"}),
    Moderation.REJECTED.value: frozenset({"publish"}),
}
