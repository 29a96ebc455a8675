"""What this floor keeps of a person: ideas, attachments with them, and voices; and how `/me/` shows them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.personal_data import Record, register
from ideas.models import Idea, Vote
from ideas.queries import drafts_of, ideas_of, votes_of

SHOWN_AT_ME = 20


def ideas(person: Person) -> Iterator[Record]:
    for idea in Idea.objects.filter(author=person).prefetch_related("attachments").order_by("pk"):
        yield {
            "title": idea.title,
            "problem": idea.problem,
            "solution": idea.solution,
            "effect": idea.effect,
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


def register_own_data() -> None:
    register(Idea, export=ideas)
    register(Vote, export=votes)
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
            name="votes",
            title=_("Ваши голоса"),
            template="ideas/my_votes.html",
            rows=lambda person: list(votes_of(person)[:SHOWN_AT_ME]),
            empty=_("Вы пока не голосовали."),
            order=20,
        )
    )
