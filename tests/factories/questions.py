from itertools import count

from questions.actions import answer_question
from questions.models import Question, Response, ResponseChoice
from tests.factories import pages, people

CHOICES = ("Через Госуслуги", "По телефону", "Лично")
_numbers = count(1)


def choice(text, name):
    return {"type": "choice", "value": {"text": text, "text_en": ""}, "id": name}


def question(page=None, *, choices=CHOICES, **fields):
    """A question of the page; its choices are called `c1`, `c2`, …"""
    fields.setdefault("text", f"Как вы записываетесь к врачу? ({next(_numbers)})")
    kind = fields.setdefault("kind", "single")
    rows = [] if kind == "scale" else [choice(text, f"c{number}") for number, text in enumerate(choices, 1)]
    return Question.objects.create(page=page or pages.discussion(), choices=rows, **fields)


def answer(asked, *choices, person=None, value=None):
    return answer_question(person=person or people.person(), question_id=asked.pk, choices=choices, value=value)


def answers(asked, *chosen, value=None):
    """An answer of somebody new for each choice, written past the rules and not tallied yet."""
    return [
        _write(asked, people.person(), [name] if value is None else [], value)
        for name in (chosen or ("",) * bool(value))
    ]


def _write(asked, person, names, value):
    response = Response.objects.create(question=asked, page_id=asked.page_id, person=person, value=value)
    ResponseChoice.objects.bulk_create(ResponseChoice(response=response, choice=name) for name in names)
    return response
