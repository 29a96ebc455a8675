from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404

from crowd.moderation.machine.personal import holds_personal_data, masked
from crowd.moderation.rules import moderates
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of
from discussions.models import Thread
from ideas.models import Attachment, Idea, Vote
from ideas.queries.authors import is_co_author
from ideas.queries.counts import with_vote_counts
from ideas.queries.voting import Ballot, read_ballot, with_ballot

TEXTS = ("title", "problem", "solution", "effect")


def live_group(idea_id: int) -> str:
    """Return the name of the group of open pages that show this idea: its thread's."""
    thread = Thread.objects.filter(host_kind="idea", host_id=idea_id).values_list("pk", flat=True).first()
    return f"thread.{thread}" if thread else ""


def is_public(idea: Idea) -> bool:
    return Idea.objects.visible().filter(pk=idea.pk).exists()


def may_look_behind(idea: Idea, person: Person | None) -> bool:
    """Say whether the person sees the idea also while the public does not: its author, and the campaign's staff."""
    if person is None or not person.is_authenticated:
        return False
    if idea.author_id == person.pk:
        return True
    # A draft is its author's alone, whatever else somebody administers.
    if idea.moderation == Idea.Moderation.DRAFT:
        return False
    roles = roles_of(person)
    if roles.everywhere or is_co_author(person, idea):
        return True
    staff = (CampaignRole.Role.MODERATOR, CampaignRole.Role.EDITOR)
    return bool(roles) and any(roles.holds(role, idea.cycle.campaign_id) for role in staff)


def masked_for(person: Person | None, idea: Idea) -> Idea:
    """Mask personal data in what is not public, but for who wrote it and who decides about it; return the idea.

    In memory alone: actions read the row anew behind its lock.
    """
    if idea.moderation == Idea.Moderation.PUBLISHED or not holds_personal_data(*(getattr(idea, n) for n in TEXTS)):
        return idea
    if person is not None:
        wrote = idea.author_id == person.pk or is_co_author(person, idea)
        if wrote or moderates(person, idea.cycle):
            return idea
    for name in TEXTS:
        setattr(idea, name, masked(getattr(idea, name)))
    return idea


def get_visible_idea_or_404(person: Person | None, pk: int) -> Idea:
    """Return the idea if this person may see it, as this person may; the one door to an idea by its id."""
    related = ("cycle", "author", "sector", "municipality")
    asked: dict[str, Any] = {
        "is_public": Exists(Idea.objects.visible().filter(pk=OuterRef("pk"))),
        "has_attachments": Exists(Attachment.objects.filter(idea_id=OuterRef("pk"))),
    }
    if person is not None:
        own = Vote.objects.filter(idea_id=OuterRef("pk"), person=person)
        asked |= {f"own_{name}": Subquery(own.values(name)[:1]) for name in ("value", "receipt")}
    found: Any = with_vote_counts(Idea.objects.select_related(*related).filter(pk=pk)).annotate(**asked).first()
    if found is None or not (found.is_public or may_look_behind(found, person)):
        raise Http404
    return masked_for(person, found)


def get_idea_to_vote_or_404(person: Person, pk: int) -> tuple[Idea, Ballot]:
    """Return the idea if this person may see it, and what a vote needs to know; not its counts, which cost more."""
    idea = with_ballot(Idea.objects.select_related("cycle").filter(pk=pk), person).first()
    if idea is None or not (is_public(idea) or may_look_behind(idea, person)):
        raise Http404
    return idea, read_ballot(idea)


def get_visible_attachment_or_404(person: Person | None, pk: int) -> Attachment:
    attachment = Attachment.objects.filter(pk=pk).first()
    if attachment is None:
        raise Http404
    get_visible_idea_or_404(person, attachment.idea_id)
    return attachment


def own_voice(idea: Any) -> tuple[int, str]:
    """Return the vote, 0 for none, and its receipt, of whom the idea was read for by `get_visible_idea_or_404`."""
    value: int = getattr(idea, "own_value", None) or 0
    return value, str(idea.own_receipt) if value else ""
