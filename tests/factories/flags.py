"""Flags as residents raise them, and what moderators make of them."""

from crowd.moderation.actions import decide, flag_contribution
from crowd.moderation.models import FlagReason, Reason
from ideas.models import Idea
from tests.factories import ideas, people


def kind_of(subject):
    return "idea" if isinstance(subject, Idea) else "comment"


def flag(subject, person=None, *, reason="insult", note=""):
    raised = flag_contribution(
        person=person or people.person(),
        kind=kind_of(subject),
        subject_id=subject.pk,
        reason=FlagReason.objects.filter(slug=reason).first(),
        note=note,
    )
    return raised.flag


def decided(subject, outcome, moderator=None, **fields):
    """Decide about the subject, by default as a moderator of all campaigns."""
    needs_reason = outcome not in {"publish", "keep"}
    return decide(
        moderator=moderator or people.with_role("moderator"),
        kind=kind_of(subject),
        subject_id=subject.pk,
        outcome=outcome,
        reason=Reason.objects.get(slug="insult") if needs_reason else None,
        **fields,
    )


def who_flags_in_vain(times=3):
    """A trusted person whose last flags were dismissed."""
    person = people.person()
    for _ in range(times):
        post = ideas.idea()
        flag(post, person)
        decided(post, "keep")
    return person
