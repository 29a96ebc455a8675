"""Cases as moderators hand them on and join them to others."""

from crowd.moderation.actions import escalate, mark_duplicate
from tests.factories import people
from tests.factories.flags import kind_of

WHY = "Не понимаю, это шутка или угроза."


def escalated(subject, moderator=None, *, note=WHY, **fields):
    """Hand the case on, by default as a moderator of all campaigns."""
    return escalate(
        moderator=moderator or people.with_role("moderator"),
        kind=kind_of(subject),
        subject_id=subject.pk,
        note=note,
        **fields,
    )


def repeated(subject, into=None, moderator=None, **fields):
    """Say that the post repeats another."""
    return mark_duplicate(
        moderator=moderator or people.with_role("moderator"),
        kind=kind_of(subject),
        subject_id=subject.pk,
        into_id=into.pk if into else 0,
        **fields,
    )


def manager(campaign):
    """Somebody who runs a campaign: edits and moderates it."""
    person = people.with_role("moderator", campaign)
    person.roles.create(role="editor", campaign=campaign)
    return person


def administrator():
    return people.person(is_superuser=True)
