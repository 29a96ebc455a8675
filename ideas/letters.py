"""The letter that calls a co-author: sent by the worker, so that no page waits for a mail server."""

from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from crowd.events.models import Event
from crowd.events.registry import Away, subscribe
from crowd.people.letters import site_name
from crowd.people.models import Person
from ideas.models import CoAuthor, Idea


def send_invitations(events: Sequence[Event]) -> None:
    """Write to those who were called and have not answered. Twice is a second letter, and no harm."""
    ids = [event.subject_id for event in events]
    waiting = CoAuthor.objects.filter(pk__in=ids, state=CoAuthor.State.INVITED)
    for invitation in waiting.select_related("idea", "idea__author", "idea__cycle"):
        try:
            _send(invitation)
        except (OSError, SMTPException) as error:
            raise Away("mail") from error


def _send(invitation: CoAuthor) -> None:
    """Send the letter in its reader's language, where there is an account that tells it."""
    idea = invitation.idea
    reader = Person.objects.filter(email__iexact=invitation.email).first()
    with override(reader.language if reader else settings.LANGUAGE_CODE):
        context = {
            "author": idea.author.display_name,
            "cycle": idea.cycle.title,
            # What nobody has looked at yet goes to nobody's mailbox.
            "title": idea.title if idea.moderation == Idea.Moderation.PUBLISHED else "",
            "me_url": f"{settings.SITE_URL}{reverse('people:me')}",
            "site_name": site_name(),
            "site_url": settings.SITE_URL,
        }
        subject = " ".join(render_to_string("ideas/email/invitation_subject.txt", context).split())
        message = render_to_string("ideas/email/invitation_message.txt", context)
    send_mail(subject, message, None, [invitation.email])


def register() -> None:
    subscribe("ideas.invitations", kinds=["co_author.invited"], handler=send_invitations, atomic=False)
