"""Who may write what in a thread. Pure: they are handed the person, the thread and the text."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import BlockPage
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, PhaseClosed
from crowd.people.models import CampaignRole, Person
from crowd.people.policies import CampaignPermissionPolicy
from crowd.people.queries import Roles
from crowd.people.rules import is_newcomer
from discussions.models import LONGEST_COMMENT, Comment, Thread

Moderation = Comment.Moderation

# How long an author may change what was written.
EDIT_WINDOW = timedelta(minutes=15)
MOST_PINNED = 3
LONGEST_LOCK_NOTE = 300
LONGEST_NOTE = 1000

# Who of the staff sees them in the admin; what is done with them, the actions decide.
COMMENTS_POLICY = CampaignPermissionPolicy(Comment, view=[CampaignRole.Role.MODERATOR])
THREADS_POLICY = CampaignPermissionPolicy(Thread, view=[CampaignRole.Role.MODERATOR])


def require_unlocked(thread: Thread) -> None:
    if thread.state != Thread.State.OPEN:
        raise PhaseClosed(_("Модератор закрыл эту ветку: писать в неё больше нельзя."))


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


def first_moderation(block: BlockPage, author: Person, *, checked: bool, unproved: bool = False) -> Comment.Moderation:
    """Say whether a new comment is public at once or looked at first.

    `checked`: a sanction demands that, or what it says does. `unproved`: it looks as if a robot had sent it, and the
    browser has not done the work that says otherwise.
    """
    looked_at = (
        checked
        or block.comments_premoderation == BlockPage.Premoderation.EVERYBODY
        or ((unproved or block.comments_premoderation == BlockPage.Premoderation.NEWCOMERS) and is_newcomer(author))
    )
    return Moderation.PENDING if looked_at else Moderation.PUBLISHED


def may_be_asked_for_proof(block: BlockPage, author: Person | None, *, checked: bool) -> bool:
    """Say whether what the person writes here may be public at once or not, as the browser's work says."""
    if author is None or not is_newcomer(author):
        return False
    return first_moderation(block, author, checked=checked) == Moderation.PUBLISHED


def voice_of(roles: Roles, campaign_id: int) -> Comment.Voice:
    """Say in what capacity somebody with these roles speaks: an administrator is no expert by that."""
    campaigns = roles.by_role.get(CampaignRole.Role.EXPERT, frozenset())
    return Comment.Voice.EXPERT if campaigns & {campaign_id, None} else Comment.Voice.RESIDENT


def require_own(comment: Comment, person: Person) -> None:
    if comment.author_id != person.pk:
        raise NotAllowed(_("Это не ваш комментарий: изменить и удалить его может только автор."))


def require_others(comment: Comment, person: Person) -> None:
    if comment.author_id == person.pk:
        raise NotAllowed(_("Это ваш комментарий: согласиться с ним могут другие."))


def is_within_edit_window(comment: Comment, now: datetime) -> bool:
    return now < comment.created_at + EDIT_WINDOW


def may_edit(comment: Comment, person: Person | None, now: datetime) -> bool:
    """Say whether the person may change the text, as far as the comment is concerned (its thread may be closed)."""
    return may_delete(comment, person) and is_within_edit_window(comment, now)


def may_delete(comment: Comment, person: Person | None) -> bool:
    return person is not None and comment.author_id == person.pk and comment.moderation in OWN_TO_CHANGE


def require_editable(comment: Comment, now: datetime) -> None:
    """Refuse to change what is hidden or gone, and what others have had the time to read."""
    _require_own_to_change(comment)
    if not is_within_edit_window(comment, now):
        raise PhaseClosed(
            _("Изменить комментарий можно в первые 15 минут. Напишите ещё один: так ответы останутся понятны.")
        )


def require_deletable(comment: Comment) -> None:
    _require_own_to_change(comment)


def _require_own_to_change(comment: Comment) -> None:
    if comment.moderation not in OWN_TO_CHANGE:
        raise AlreadyDecided(_("Этот комментарий уже скрыт: изменить его нельзя."))


def require_pinnable(comment: Comment) -> None:
    if not comment.is_public or comment.root_id is not None:
        raise Invalid(detail=_("Закрепить можно опубликованный комментарий, который не отвечает на другой."))


def clean_reaction(value: int) -> int:
    if value not in {1, 0, -1}:
        raise Invalid(fields={"value": [_("Такого ответа нет: можно согласиться, не согласиться или передумать.")]})
    return value


def clean_line(field: str, text: str, *, longest: int) -> str:
    """Return a note of staff without blanks around it; refuse what is empty or too long."""
    text = text.strip()
    if not text:
        raise Invalid(fields={field: [_("Напишите текст.")]})
    if len(text) > longest:
        raise Invalid(fields={field: [_("Не длиннее %(most)s знаков.") % {"most": longest}]})
    return text


# In which states a comment is its author's to change and to take back.
OWN_TO_CHANGE = frozenset({Moderation.PENDING, Moderation.PUBLISHED})

# From which status which outcomes lead.
OUTCOMES = {
    Moderation.PENDING.value: frozenset({"publish", "reject"}),
    Moderation.PUBLISHED.value: frozenset({"hide", "keep"}),
    Moderation.HIDDEN.value: frozenset({"publish"}),
    Moderation.REJECTED.value: frozenset({"publish"}),
}
