"""Writing an idea together: its author calls others by e-mail, they agree or not, and may leave."""

from django.db import transaction
from django.utils.translation import gettext as _

from crowd import clock
from crowd.campaigns.queries import participant
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, NotFound
from crowd.events import actions as events
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act
from crowd.people.models import Person
from ideas.actions.moves import locked, locked_sent, record, tell
from ideas.models import CoAuthor, Idea, IdeaChange
from ideas.rules import require_author, require_inviting

State = CoAuthor.State


@transaction.atomic
def invite_co_author(*, author: Person, idea_id: int, email: str) -> CoAuthor:
    """Call somebody by e-mail to write the idea too. Whether the address has an account is told to nobody."""
    author = participant(author)
    idea = locked_sent(idea_id)
    require_author(idea, author)
    require_may(author, Act.WRITE, idea.cycle.campaign_id)
    require_inviting(idea, idea.co_authors.exclude(state=State.DECLINED).count())
    if email.lower() == author.email.lower():
        raise Invalid(fields={"email": [_("Это ваша почта. Напишите почту того, кого зовёте.")]})
    if idea.co_authors.filter(email__iexact=email).exists():
        raise Invalid(fields={"email": [_("Этого человека вы уже звали.")]})
    invitation = CoAuthor.objects.create(idea=idea, email=email)
    _record("co_author.invited", invitation, actor_id=author.pk)
    return invitation


@transaction.atomic
def answer_invitation(*, person: Person, invitation_id: int, accept: bool) -> CoAuthor:
    """Agree to be named as an author, or not. Whoever was called by another address finds nothing here."""
    person = participant(person)
    invitation = _locked_invitation(invitation_id)
    if invitation is None or invitation.email.lower() != person.email.lower():
        raise NotFound(_("Такого приглашения нет."))
    if invitation.state != State.INVITED:
        raise AlreadyDecided(_("На это приглашение вы уже ответили."))
    if accept and invitation.idea.author_id == person.pk:
        raise NotAllowed
    if accept:
        require_may(person, Act.WRITE, invitation.idea.cycle.campaign_id)
    invitation.person, invitation.answered_at = person, clock.now()
    invitation.state = State.ACCEPTED if accept else State.DECLINED
    invitation.save(update_fields=["person", "answered_at", "state"])
    if accept:
        idea = locked(invitation.idea_id)
        tell(idea, "joined", by=IdeaChange.By.AUTHOR, actor_id=person.pk)
        record("idea.authors_changed", idea, actor_id=person.pk)
    else:
        _record("co_author.declined", invitation, actor_id=person.pk)
    return invitation


@transaction.atomic
def remove_co_author(*, person: Person, co_author_id: int) -> Idea:
    """Take a co-author or an invitation away: the idea's author may, and the co-author."""
    invitation = _locked_invitation(co_author_id)
    if invitation is None:
        raise NotFound
    idea = locked(invitation.idea_id)
    if person.pk not in {idea.author_id, invitation.person_id}:
        raise NotAllowed(_("Это могут сделать только автор идеи и сам соавтор."))
    was_named = invitation.state == State.ACCEPTED
    invitation.delete()
    if was_named:
        record("idea.authors_changed", idea, actor_id=person.pk)
    return idea


def _locked_invitation(pk: int) -> CoAuthor | None:
    # The idea's row comes first, for everybody who changes who wrote it.
    idea_id = CoAuthor.objects.filter(pk=pk).values_list("idea_id", flat=True).first()
    if idea_id is None:
        return None
    locked(idea_id)
    return CoAuthor.objects.select_related("idea", "idea__cycle").filter(pk=pk).first()


def _record(kind: str, invitation: CoAuthor, *, actor_id: int) -> None:
    events.record(
        kind,
        subject=events.Subject("co_author", invitation.pk),
        actor_id=actor_id,
        campaign_id=invitation.idea.cycle.campaign_id,
        payload={"idea": invitation.idea_id},
    )
