"""What the demonstration's editors ask in its discussions, and what its residents answered."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from crowd.people.models import Person
from discussions.models import DiscussionPage
from home.demonstration.texts import Raw, texts
from questions.actions import fold_responses
from questions.models import Question, Response, ResponseChoice


def load_questions(pages: Mapping[str, Any], people: Mapping[str, Person]) -> None:
    asking = set()
    for number, raw in enumerate(texts("questions")):
        page = pages[raw["on"]]
        if not Question.objects.filter(page_id=page.pk, text=raw["text"]).exists():
            _load_answers(raw, _load_question(raw, page, number), people)
            asking.add(page.pk)
    for page in DiscussionPage.objects.filter(pk__in=asking):
        # A copy of the page is made of its latest draft.
        page.save_revision().publish()


def _load_question(raw: Raw, page: Any, number: int) -> Question:
    columns = {name: text for name, text in raw.items() if name not in {"on", "choices", "answers"}}
    choices = [
        {"type": "choice", "value": {"text": russian, "text_en": english}, "id": _id(russian)}
        for russian, english in raw["choices"]
    ]
    return Question.objects.create(page_id=page.pk, sort_order=number, choices=choices, **columns)


def _id(choice: str) -> str:
    return str(uuid5(NAMESPACE_URL, choice))


def _load_answers(raw: Raw, question: Question, people: Mapping[str, Person]) -> None:
    for key, said in raw["answers"].items():
        value = said if question.kind == Question.Kind.SCALE else None
        response = Response.objects.create(question=question, page_id=question.page_id, person=people[key], value=value)
        if value is None:
            chosen = [_id(raw["choices"][index][0]) for index in said]
            ResponseChoice.objects.bulk_create(ResponseChoice(response=response, choice=name) for name in chosen)
    fold_responses(question_id=question.pk)
