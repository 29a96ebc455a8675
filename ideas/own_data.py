"""What this floor keeps of a person: ideas, attachments with them, and voices; and how `/me/` shows them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import CampaignRole, Person
from crowd.people.personal_data import Record, leave_out, register
from crowd.people.queries import roles_of
from ideas.actions import erase_votes, merge_votes
from ideas.models import Answer, Clarification, CoAuthor, Idea, IdeaChange, OperatorEntry, Review, Vote, VoteRequest
from ideas.queries import (
    co_authored_by,
    drafts_of,
    ideas_for_expert,
    ideas_of,
    ideas_to_answer,
    invitations_for,
    votes_of,
)

SHOWN_AT_ME = 20


def ideas(person: Person) -> Iterator[Record]:
    for idea in Idea.objects.filter(author=person).prefetch_related("attachments").order_by("pk"):
        yield {
            "title": idea.title,
            "problem": idea.problem,
            "solution": idea.solution,
            "effect": idea.effect,
            "earlier": [f"{version.title}\n{version.problem}" for version in idea.versions.all()],
            "tags": [tag.name for tag in idea.tags.all()],
            "attachments": [attachment.name for attachment in idea.attachments.all()],
            "moderation": idea.get_moderation_display(),
            "progress": idea.get_progress_display(),
            "created_at": idea.created_at,
            "published_at": idea.published_at,
        }


def votes(person: Person) -> Iterator[Record]:
    for vote in Vote.objects.filter(person=person).select_related("idea").order_by("pk"):
        yield {
            "idea": vote.idea.title,
            "value": vote.value,
            "receipt": vote.receipt,
            "cast_at": vote.cast_at,
        }


def clarifications(person: Person) -> Iterator[Record]:
    for one in Clarification.objects.filter(author=person).select_related("idea").order_by("pk"):
        yield {"idea": one.idea.title, "body": one.body, "created_at": one.created_at}


def invitations(person: Person) -> Iterator[Record]:
    """Return invitations to this person; those to others are the others'."""
    own = Q(person=person) if person.verification == Person.Verification.NONE else Q(email__iexact=person.email)
    for one in CoAuthor.objects.filter(own | Q(person=person)).select_related("idea").order_by("pk"):
        yield {
            "idea": one.idea.title,
            "email": one.email,
            "state": one.get_state_display(),
            "invited_at": one.invited_at,
            "answered_at": one.answered_at,
        }


def entered(person: Person) -> Iterator[Record]:
    """What operators entered for the person, and how the person agreed."""
    for entry in OperatorEntry.objects.filter(person=person).select_related("idea", "operator").order_by("pk"):
        yield {
            "kind": entry.get_kind_display(),
            "idea": entry.idea.title,
            "consent": entry.consent,
            "entered_by": entry.operator.display_name,
            "entered_at": entry.entered_at,
        }


def reviews(person: Person) -> Iterator[Record]:
    written = Review.objects.filter(expert=person).select_related("idea").prefetch_related("scores")
    for review in written.order_by("pk"):
        yield {
            "idea": review.idea.title,
            "state": review.get_state_display(),
            "comment": review.comment,
            "scores": [score.value for score in review.scores.all()],
            "submitted_at": review.submitted_at,
        }


def to_review(person: Person) -> list[Any]:
    """Return what waits for this expert; nothing for whoever is none."""
    if not roles_of(person).any_of(CampaignRole.Role.EXPERT):
        return []
    return [idea for idea in ideas_for_expert(person)[:SHOWN_AT_ME] if not idea.rank]


def to_answer(person: Person) -> list[Idea]:
    """Return what waits for an answer of this person's body; editors have their list in the admin."""
    if not roles_of(person).by_role.get(CampaignRole.Role.BODY):
        return []
    return list(ideas_to_answer(person)[:SHOWN_AT_ME])


def steps(person: Person) -> Iterator[Record]:
    """What the person did with ideas: the public history tells it without the name."""
    for change in IdeaChange.objects.filter(actor=person).select_related("idea").order_by("pk"):
        yield {
            "idea": change.idea.title,
            "step": change.step,
            "by": change.get_by_display(),
            "reason": change.reason,
            "happened_at": change.happened_at,
        }


def first(read: Callable[[Person], QuerySet[Any]]) -> Callable[[Person], list[Any]]:
    """Return what reads the first few of these."""
    return lambda person: list(read(person)[:SHOWN_AT_ME])


# In the order in which `/me/` shows them.
SECTIONS = (
    MeSection("reviews", _("Ждут вашей экспертной оценки"), "ideas/my_reviews.html", to_review, order=5),
    MeSection("answers", _("Ждут вашего официального ответа"), "ideas/my_answers.html", to_answer, order=6),
    MeSection("invitations", _("Приглашения в соавторы"), "ideas/my_invitations.html", first(invitations_for), order=8),
    MeSection("drafts", _("Ваши черновики"), "ideas/my_drafts.html", first(drafts_of), order=9),
    MeSection(
        "ideas",
        _("Ваши идеи"),
        "ideas/my_ideas.html",
        first(ideas_of),
        empty=_("Вы пока не предлагали идей."),
        order=10,
    ),
    MeSection("co_authored", _("Идеи, где вы соавтор"), "ideas/my_co_authored.html", first(co_authored_by), order=11),
    MeSection(
        "votes", _("Ваши голоса"), "ideas/my_votes.html", first(votes_of), empty=_("Вы пока не голосовали."), order=20
    ),
)


def register_own_data() -> None:
    register(Idea, export=ideas)
    register(IdeaChange, export=steps)
    register(Clarification, export=clarifications)
    register(CoAuthor, export=invitations)
    register(Review, export=reviews)
    register(OperatorEntry, export=entered)
    register(
        Vote,
        export=votes,
        erase=lambda person: erase_votes(person=person),
        merge=lambda person, into: merge_votes(keep=into, gone=person),
    )
    leave_out(VoteRequest, because="The key of a request, kept for a day; goes with the votes.")
    leave_out(Answer, because="Work of the staff: it names who signed it, not whom it is about.")
    for section in SECTIONS:
        me_sections.register(section)
