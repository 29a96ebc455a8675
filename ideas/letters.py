"""The letter that calls a co-author: sent by the worker, so that no page waits for a mail server."""

from collections.abc import Sequence

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.urls import reverse

from crowd.events.models import Event
from crowd.events.registry import Away, subscribe
from crowd.people.adapters import MailAway
from ideas.models import CoAuthor, Idea


def send_invitations(events: Sequence[Event]) -> None:
    """Write to those who were called and have not answered. Twice is a second letter, and no harm."""
    ids = [event.subject_id for event in events]
    waiting = CoAuthor.objects.filter(pk__in=ids, state=CoAuthor.State.INVITED)
    for invitation in waiting.select_related("idea", "idea__author", "idea__cycle"):
        idea = invitation.idea
        context = {
            "author": idea.author.display_name,
            "cycle": idea.cycle.title,
            # What nobody has looked at yet goes to nobody's mailbox.
            "title": idea.title if idea.moderation == Idea.Moderation.PUBLISHED else "",
            "me_url": f"{settings.SITE_URL}{reverse('people:me')}",
        }
        try:
            get_adapter().send_mail("ideas/email/invitation", invitation.email, context)
        except MailAway as error:
            raise Away("mail") from error


def register() -> None:
    subscribe("ideas.invitations", kinds=["co_author.invited"], handler=send_invitations, atomic=False)
