"""What residents type into the form of an idea, and people who write one together."""

from ideas import actions
from ideas.actions import IdeaText
from ideas.models import CoAuthor
from tests.factories.people import person

TYPED = {
    "title": "Запись к врачу по телефону",
    "problem": "Талонов нет.",
    "solution": "Лист ожидания.",
    "tags": "врач, запись",
}


def text(**fields):
    return IdeaText(**({"title": "Запись к врачу", "problem": "Талонов нет."} | fields))


def co_author(idea, who=None):
    """Somebody who was called and has agreed."""
    who = who or person()
    called = actions.invite_co_author(author=idea.author, idea_id=idea.pk, email=who.email)
    actions.answer_invitation(person=who, invitation_id=called.pk, accept=True)
    return CoAuthor.objects.get(pk=called.pk)
