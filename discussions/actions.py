from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import Activity, BlockPage
from crowd.campaigns.queries import open_activities
from crowd.campaigns.rules import require_open, require_participant
from crowd.errors import Invalid, NotFound, PhaseClosed
from crowd.events import actions as events
from crowd.people.models import Person
from crowd.people.queries import has_current_consent
from discussions import hosts
from discussions.models import Comment, Thread
from discussions.rules import clean_body, clean_stance, first_moderation, require_answerable, require_unlocked

Moderation = Comment.Moderation


def open_thread(*, host_kind: str, host_id: int, block: BlockPage) -> Thread:
    """Return the host's thread, made at its first use; the constraint decides where two make it at once."""
    thread, _created = Thread.objects.get_or_create(host_kind=host_kind, host_id=host_id, defaults={"block": block})
    return thread


@transaction.atomic
def post_comment(
    *, author: Person | None, thread: Thread, body: str, parent: Comment | None = None, stance: str = ""
) -> Comment:
    """Write a comment: public at once, with the thread's next number, or waiting for a moderator."""
    author = require_participant(author, consented=author is not None and _has_consented(author))
    _require_commentable(thread, author)
    require_open(Activity.COMMENT, open_activities(thread.block_id))
    body, stance = clean_body(body), clean_stance(stance)
    thread = Thread.objects.select_for_update(of=("self",)).select_related("block").get(pk=thread.pk)
    require_unlocked(thread)
    if parent is not None:
        # Read behind the lock: hiding the parent takes a number of this thread, so it waits for us or we for it.
        parent = Comment.objects.filter(pk=parent.pk, thread=thread).first()
        if parent is None:
            raise Invalid(fields={"parent": [_("Комментария, на который вы отвечаете, здесь больше нет.")]})
        require_answerable(parent, thread)
    moderation = first_moderation(thread.block, author)
    seq = _next_seq(thread) if moderation == Moderation.PUBLISHED else None
    comment = Comment.objects.create(
        thread=thread,
        author=author,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        body=body,
        stance=stance,
        moderation=moderation,
        seq=seq,
        first_seq=seq,
    )
    _record("comment.published" if seq else "comment.posted", comment, actor_id=author.pk)
    return comment


@transaction.atomic
def publish_comment(*, comment_id: int, actor_id: int | None) -> None:
    """Make a comment public: for the first time, or again after it was hidden (it keeps its place)."""
    comment = _locked(comment_id)
    if comment.moderation == Moderation.PUBLISHED:
        return
    restored = comment.first_seq is not None
    comment.seq = _next_seq(comment.thread)
    if not restored:
        comment.first_seq = comment.seq
    _set_moderation(comment, Moderation.PUBLISHED)
    _record("comment.restored" if restored else "comment.published", comment, actor_id=actor_id)


@transaction.atomic
def hide_comment(*, comment_id: int, actor_id: int | None) -> None:
    """Take a comment from the public; a change of what was public gets a number, so that open pages drop it."""
    _withdraw(comment_id, Moderation.HIDDEN, "comment.hidden", actor_id)


@transaction.atomic
def reject_comment(*, comment_id: int, actor_id: int | None) -> None:
    """Refuse a comment that waited."""
    _withdraw(comment_id, Moderation.REJECTED, "comment.rejected", actor_id)


def _withdraw(comment_id: int, moderation: Comment.Moderation, kind: str, actor_id: int | None) -> None:
    comment = _locked(comment_id)
    if comment.moderation == moderation:
        return
    if comment.first_seq is not None:
        comment.seq = _next_seq(comment.thread)
    _set_moderation(comment, moderation)
    _record(kind, comment, actor_id=actor_id)


def _has_consented(author: Person) -> bool:
    return author.is_authenticated and has_current_consent(author)


def _require_commentable(thread: Thread, author: Person) -> None:
    if hosts.registry.find(thread.host_kind, thread.host_id, author) is None:
        raise NotFound(_("Того, что вы комментируете, здесь больше нет."))
    if not hosts.registry.kinds[thread.host_kind].commentable(thread.host_id):
        raise PhaseClosed(_("Комментарии здесь закрыты."))


def _locked(comment_id: int) -> Comment:
    """Return the row and its thread, both locked, always in this order."""
    comment = Comment.objects.select_for_update().get(pk=comment_id)
    comment.thread = Thread.objects.select_for_update(of=("self",)).select_related("block").get(pk=comment.thread_id)
    return comment


def _next_seq(thread: Thread) -> int:
    """Take the next number of the locked thread. Its lock lasts until the commit, so numbers appear in their order."""
    thread.last_seq += 1
    thread.save(update_fields=["last_seq"])
    return thread.last_seq


def _set_moderation(comment: Comment, moderation: Comment.Moderation) -> None:
    comment.moderation = moderation
    comment.version += 1
    comment.save(update_fields=["moderation", "seq", "first_seq", "version"])


def _record(kind: str, comment: Comment, *, actor_id: int | None) -> None:
    was_public = comment.seq is not None
    events.record(
        kind,
        subject=events.Subject("comment", comment.pk),
        actor_id=actor_id,
        campaign_id=comment.thread.block.campaign_id,
        payload={"thread": comment.thread_id, "seq": comment.seq},
        live_group=comment.thread.live_group if was_public else "",
    )
