"""What this floor keeps of a person: ideas, attachments with them, and voices; and how `/me/` shows them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
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


def register_own_data() -> None:
    register(IdeaChange, export=steps)
    register(Review, export=reviews)
    leave_out(VoteRequest, because="The key of a request, kept for a day; goes with the votes.")
    leave_out(Answer, because="Work of the staff: it names who signed it, not whom it is about.")
    me_sections.register(
        MeSection(
            name="reviews",
            title=_("Ждут вашей экспертной оценки"),
            template="ideas/my_reviews.html",
            rows=to_review,
            order=5,
        )
    )
    me_sections.register(
        MeSection(
            name="answers",
            title=_("Ждут вашего официального ответа"),
            template="ideas/my_answers.html",
            rows=to_answer,
            order=6,
        )
    )
    register(OperatorEntry, export=entered)
    register(Idea, export=ideas)
    register(Clarification, export=clarifications)
    register(CoAuthor, export=invitations)
    register(
        Vote,
        export=votes,
        erase=lambda person: erase_votes(person=person),
        merge=lambda person, into: merge_votes(keep=into, gone=person),
    )
    me_sections.register(
        MeSection(
            name="ideas",
            title=_("Ваши идеи"),
            template="ideas/my_ideas.html",
            rows=lambda person: list(ideas_of(person)[:SHOWN_AT_ME]),
            empty=_("Вы пока не предлагали идей."),
            order=10,
        )
    )
    me_sections.register(
        MeSection(
            name="drafts",
            title=_("Ваши черновики"),
            template="ideas/my_drafts.html",
            rows=lambda person: list(drafts_of(person)[:SHOWN_AT_ME]),
            order=9,
        )
    )
    me_sections.register(
        MeSection(
            name="invitations",
            title=_("Приглашения в соавторы"),
            template="ideas/my_invitations.html",
            rows=lambda person: list(invitations_for(person)[:SHOWN_AT_ME]),
            order=8,
        )
    )
    me_sections.register(
        MeSection(
            name="co_authored",
            title=_("Идеи, где вы соавтор"),
            template="ideas/my_co_authored.html",
            rows=lambda person: list(co_authored_by(person)[:SHOWN_AT_ME]),
            order=11,
        )
    )
    me_sections.register(
        MeSection(
            name="votes",
            title=_("Ваши голоса"),
            template="ideas/my_votes.html",
            rows=lambda person: list(votes_of(person)[:SHOWN_AT_ME]),
            empty=_("Вы пока не голосовали."),
            order=20,
        )
    )
