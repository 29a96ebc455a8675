"""Decisions and appeals, made as moderators and authors make them, or written past the rules."""

from crowd.moderation.actions import appeal_decision, decide
from crowd.moderation.models import Appeal, Decision, Reason
from ideas.models import Idea
from tests.factories import ideas, people

WHY = "В тексте нет оскорблений: я цитирую ответ чиновника."


def rule(slug="insult"):
    return Reason.objects.get(slug=slug)


def decided(subject, outcome="hide", *, moderator=None, note="", slug="insult"):
    """What a moderator decided about a comment or an idea; by default one of all campaigns."""
    return decide(
        moderator=moderator or people.with_role("moderator"),
        kind="idea" if isinstance(subject, Idea) else "comment",
        subject_id=subject.pk,
        outcome=outcome,
        reason=None if outcome == "publish" else rule(slug),
        note=note,
    )


def hidden_idea(cycle=None, *, outcome="hide", moderator=None, note="", **fields):
    """An idea and the decision against it."""
    waits = outcome != "hide"
    made = ideas.idea(cycle, moderation=Idea.Moderation.PENDING if waits else Idea.Moderation.PUBLISHED, **fields)
    return made, decided(made, outcome, moderator=moderator, note=note)


def appeal(decision, text=WHY):
    return appeal_decision(author=decision.author, decision_id=decision.pk, text=text)


def at(moment, *, campaign, outcome="publish", slug=None, posted_at=None, **fields):
    """A decision of that moment, written past the rules."""
    return Decision.objects.create(
        kind="idea",
        subject_id=fields.pop("subject_id", 1),
        campaign_id=campaign.pk,
        outcome=outcome,
        reason=rule(slug) if slug else None,
        moderator=fields.pop("moderator", None) or people.person(),
        decided_at=moment,
        posted_at=posted_at,
        **fields,
    )


def waiting(decision):
    """An appeal against any decision, written past the rules."""
    return Appeal.objects.create(
        decision=decision,
        campaign_id=decision.campaign_id,
        author=decision.author,
        text=WHY,
        first_moderator=decision.moderator,
    )
