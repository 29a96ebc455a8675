"""What moderators do with threads besides hiding: pin, mark, close, note for each other."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from crowd import clock
from crowd.errors import Invalid, NotFound, QuotaReached
from crowd.events import actions as events
from crowd.moderation.rules import require_moderator
from crowd.people.models import Person
from discussions.actions import numbers
from discussions.models import Comment, ModeratorNote, Thread
from discussions.rules import LONGEST_LOCK_NOTE, LONGEST_NOTE, MOST_PINNED, clean_line, require_pinnable


@transaction.atomic
def pin_comment(*, actor: Person, comment_id: int) -> None:
    """Show the comment above all others, whatever their order."""
    comment = _moderated(actor, comment_id)
    if comment.pinned_at is not None:
        return
    require_pinnable(comment)
    if Comment.objects.visible().filter(thread_id=comment.thread_id, pinned_at__isnull=False).count() >= MOST_PINNED:
        raise QuotaReached(_("Закрепить можно не больше трёх комментариев. Сначала открепите один из них."))
    comment.pinned_at = clock.now()
    _change(comment, "comment.pinned", actor, "pinned_at")


@transaction.atomic
def unpin_comment(*, actor: Person, comment_id: int) -> None:
    comment = _moderated(actor, comment_id)
    if comment.pinned_at is None:
        return
    comment.pinned_at = None
    _change(comment, "comment.unpinned", actor, "pinned_at")


@transaction.atomic
def set_voice(*, actor: Person, comment_id: int, voice: str) -> None:
    """Say in what capacity the author speaks here: as a resident, as an expert, officially."""
    if voice not in Comment.Voice.values:
        raise Invalid(fields={"voice": [_("Так отметить комментарий нельзя.")]})
    comment = _moderated(actor, comment_id)
    if comment.voice == voice:
        return
    comment.voice = voice
    _change(comment, "comment.marked", actor, "voice")


@transaction.atomic
def lock_thread(*, actor: Person, thread_id: int, note: str) -> None:
    """Close the thread for writing; the note tells residents why."""
    note = clean_line("note", note, longest=LONGEST_LOCK_NOTE)
    thread = _moderated_thread(actor, thread_id)
    if (thread.state, thread.lock_note) != (Thread.State.LOCKED, note):
        _set_state(thread, Thread.State.LOCKED, note, "thread.locked", actor)


@transaction.atomic
def unlock_thread(*, actor: Person, thread_id: int) -> None:
    thread = _moderated_thread(actor, thread_id)
    if thread.state != Thread.State.OPEN:
        _set_state(thread, Thread.State.OPEN, "", "thread.unlocked", actor)


@transaction.atomic
def add_note(*, author: Person, comment_id: int, text: str) -> ModeratorNote:
    """Leave a note for other moderators."""
    text = clean_line("text", text, longest=LONGEST_NOTE)
    comment = Comment.objects.select_related("thread__block").filter(pk=comment_id).first()
    if comment is None:
        raise NotFound
    require_moderator(author, comment.thread.block.campaign_id)
    note = ModeratorNote.objects.create(comment=comment, author=author, text=text)
    _log(comment, "comment.noted", author)
    return note


def _moderated(actor: Person, comment_id: int) -> Comment:
    comment = numbers.locked_comment(comment_id)
    require_moderator(actor, comment.thread.block.campaign_id)
    return comment


def _moderated_thread(actor: Person, thread_id: int) -> Thread:
    thread = numbers.locked_thread(thread_id)
    require_moderator(actor, thread.block.campaign_id)
    return thread


def _change(comment: Comment, kind: str, actor: Person, field: str) -> None:
    numbers.change_in_place(comment, field)
    numbers.record(kind, comment, actor_id=actor.pk)
    _log(comment, kind, actor)


def _log(comment: Comment, action: str, actor: Person) -> None:
    """Write it into the log of staff, by the comment's number: what residents write does not stand there."""
    log(instance=comment, action=action, user=actor, title=f"№ {comment.pk}", data={"voice": comment.voice})


def _set_state(thread: Thread, state: Thread.State, note: str, kind: str, actor: Person) -> None:
    thread.state, thread.lock_note = state, note
    thread.save(update_fields=["state", "lock_note"])
    events.record(
        kind,
        subject=events.Subject("thread", thread.pk),
        actor_id=actor.pk,
        campaign_id=thread.block.campaign_id,
        payload={"thread": thread.pk},
        live_group=thread.live_group,
    )
    log(instance=thread, action=kind, user=actor, data={"note": note})
