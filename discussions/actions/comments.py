from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crowd import clock
from crowd.campaigns.models import Activity, BlockPage
from crowd.campaigns.queries import open_activities, participant
from crowd.campaigns.rules import require_open, require_participant
from crowd.errors import Invalid, NotFound, PhaseClosed
from crowd.moderation.machine.personal import holds_personal_data
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act, is_checked_first, must_be_looked_at
from crowd.people.models import Person
from crowd.people.queries import roles_of
from discussions import hosts
from discussions.actions import numbers
from discussions.models import Comment, CommentVersion, Thread
from discussions.rules import (
    clean_body,
    clean_stance,
    first_moderation,
    require_answerable,
    require_deletable,
    require_editable,
    require_own,
    require_unlocked,
    voice_of,
)

Moderation = Comment.Moderation


class Writer(NamedTuple):
    """Somebody who may write in a thread; whether a sanction has it looked at first."""

    person: Person
    checked: bool


def open_thread(*, host_kind: str, host_id: int, block: BlockPage) -> Thread:
    """Return the host's thread, made at its first use; the constraint decides where two make it at once."""
    thread, _created = Thread.objects.get_or_create(host_kind=host_kind, host_id=host_id, defaults={"block": block})
    return thread


@transaction.atomic
def post_comment(
    *,
    author: Person | None,
    thread: Thread,
    body: str,
    parent: Comment | None = None,
    stance: str = "",
    unproved: bool = False,
) -> Comment:
    """Write a comment: public at once, with the thread's next number, or waiting for a moderator.

    What is `unproved` of a newcomer waits in any case, and so does what holds personal data.
    """
    author, checked = require_writer(author, thread)
    body, stance = clean_body(body), clean_stance(stance)
    thread = numbers.locked_thread(thread.pk)
    require_unlocked(thread)
    if parent is not None:
        parent = _answered(parent.pk, thread)
    root_id = (parent.root_id or parent.pk) if parent else None
    checked = checked or must_be_looked_at(author, thread.block.campaign_id, body)
    moderation = first_moderation(thread.block, author, checked=checked, unproved=unproved)
    public = moderation == Moderation.PUBLISHED
    seq = numbers.next_seq(thread, more_comments=1) if public else None
    comment = Comment.objects.create(
        thread=thread,
        author=author,
        parent=parent,
        root_id=root_id,
        body=body,
        stance=stance,
        voice=voice_of(roles_of(author), thread.block.campaign_id),
        moderation=moderation,
        seq=seq,
        first_seq=seq,
        answer_number=numbers.next_answer_number(root_id) if public and root_id else None,
    )
    if public:
        numbers.count_answer(root_id, 1)
    numbers.record("comment.published" if public else "comment.posted", comment, actor_id=author.pk)
    return comment


@transaction.atomic
def edit_comment(*, author: Person | None, comment_id: int, body: str, stance: str, unproved: bool = False) -> Comment:
    """Change an own comment within the time for that; what it said before stays readable.

    Where the author's comments are looked at first, a public one waits for a moderator again: else a harmless text
    could be let through and become another.
    """
    comment = numbers.locked_comment(comment_id)
    author, checked = require_writer(author, comment.thread)
    require_own(comment, author)
    require_unlocked(comment.thread)
    require_editable(comment, clock.now())
    body, stance = clean_body(body), clean_stance(stance)
    if (body, stance) == (comment.body, comment.stance):
        return comment
    # Personal data that no moderator has let through is not to turn up in the history later.
    if comment.first_seq is not None and (comment.is_public or not holds_personal_data(comment.body)):
        _keep_version(comment)
    comment.body, comment.stance = body, stance
    if comment.first_seq is not None:
        comment.edited_at = clock.now()
    checked = checked or must_be_looked_at(author, comment.thread.block.campaign_id, body)
    written = ("body", "stance", "edited_at")
    first = first_moderation(comment.thread.block, author, checked=checked, unproved=unproved)
    if comment.is_public and first == Moderation.PENDING:
        numbers.take_away(comment, Moderation.PENDING, *written)
        numbers.record("comment.withheld", comment, actor_id=author.pk)
    else:
        numbers.change_in_place(comment, *written)
        numbers.record("comment.edited", comment, actor_id=author.pk)
    return comment


@transaction.atomic
def delete_comment(*, author: Person | None, comment_id: int) -> None:
    """Take an own comment back, at any time. Its answers stay, beneath a line that says so."""
    comment = numbers.locked_comment(comment_id)
    author = require_participant(author, consented=True)
    require_own(comment, author)
    _require_host(comment.thread, author)
    if comment.moderation == Moderation.DELETED:
        return
    require_deletable(comment)
    numbers.take_away(comment, Moderation.DELETED)
    numbers.record("comment.deleted", comment, actor_id=author.pk)


@transaction.atomic
def publish_comment(*, comment_id: int, actor_id: int | None) -> None:
    """Make a comment public: for the first time, or again after it was hidden (it keeps its place)."""
    comment = numbers.locked_comment(comment_id)
    if comment.is_public:
        return
    restored = numbers.show(comment)
    numbers.record("comment.restored" if restored else "comment.published", comment, actor_id=actor_id)


@transaction.atomic
def hide_comment(*, comment_id: int, actor_id: int | None) -> None:
    """Take a comment from the public; a change of what was public gets a number, so that open pages drop it."""
    _withdraw(comment_id, Moderation.HIDDEN, "comment.hidden", actor_id)


@transaction.atomic
def reject_comment(*, comment_id: int, actor_id: int | None) -> None:
    """Refuse a comment that waited."""
    _withdraw(comment_id, Moderation.REJECTED, "comment.rejected", actor_id)


@transaction.atomic
def withhold_comment(*, comment_id: int, actor_id: int | None) -> None:
    """Take a public comment back to those that wait for a moderator."""
    comment = numbers.locked_comment(comment_id)
    if comment.is_public:
        numbers.take_away(comment, Moderation.PENDING)
        numbers.record("comment.withheld", comment, actor_id=actor_id)


def require_writer(person: Person | None, thread: Thread, act: Act = Act.WRITE) -> Writer:
    """Return the person if it may do this in the thread now, as far as its host, its phase and sanctions go."""
    person = participant(person)
    _require_host(thread, person)
    sanctions = require_may(person, act, thread.block.campaign_id)
    if not hosts.registry.kinds[thread.host_kind].commentable(thread.host_id):
        raise PhaseClosed(_("Комментарии здесь закрыты."))
    require_open(Activity.COMMENT, open_activities(thread.block_id))
    return Writer(person, is_checked_first(sanctions))


def _require_host(thread: Thread, person: Person) -> None:
    if hosts.registry.find(thread.host_kind, thread.host_id, person) is None:
        raise NotFound(_("Того, что вы комментируете, здесь больше нет."))


def _answered(parent_id: int, thread: Thread) -> Comment:
    """Return the comment that is answered, as it is behind the thread's lock: hiding it waits for us, or we for it."""
    parent = Comment.objects.filter(pk=parent_id, thread=thread).first()
    if parent is None:
        raise Invalid(fields={"parent": [_("Комментария, на который вы отвечаете, здесь больше нет.")]})
    require_answerable(parent, thread)
    return parent


def _keep_version(comment: Comment) -> None:
    CommentVersion.objects.create(
        comment=comment,
        number=comment.versions.count() + 1,
        body=comment.body,
        stance=comment.stance,
        written_at=comment.edited_at or comment.created_at,
    )


def _withdraw(comment_id: int, moderation: Comment.Moderation, kind: str, actor_id: int | None) -> None:
    comment = numbers.locked_comment(comment_id)
    if comment.moderation in {moderation, Moderation.DELETED}:
        return
    numbers.take_away(comment, moderation)
    numbers.record(kind, comment, actor_id=actor_id)
