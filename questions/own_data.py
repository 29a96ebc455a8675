"""What this floor keeps of a person: answers to editors' questions; and how `/me/` shows them."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import BlockPage
from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.personal_data import Record, register
from questions.models import Response
from questions.queries import answers_of, names_in, words_of

SHOWN_AT_ME = 20


def answers(person: Person) -> Iterator[Record]:
    for response in reversed(answers_of(person)):
        yield {
            "question": response.question.text,
            "answer": [wording.text for wording in words_of(response.question, names_in(response))],
            "answered_at": response.answered_at,
        }


def latest_answers(person: Person) -> list[dict[str, Any]]:
    """Return the person's latest answers, each with where the question stands, if that may still be seen."""
    latest = list(answers_of(person)[:SHOWN_AT_ME])
    pages = {response.page_id for response in latest}
    visible = set(BlockPage.objects.visible().filter(pk__in=pages).values_list("pk", flat=True))
    return [
        {
            "response": response,
            "words": words_of(response.question, names_in(response)),
            "page": response.question.page if response.page_id in visible else None,
        }
        for response in latest
    ]


def register_own_data() -> None:
    register(Response, export=answers)
    me_sections.register(
        MeSection(
            name="answers",
            title=_("Ваши ответы на вопросы"),
            template="questions/my_answers.html",
            rows=latest_answers,
            empty=_("Вы пока не отвечали на вопросы обсуждений."),
            order=40,
        )
    )
