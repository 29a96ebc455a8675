from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext as _

from crowd import clock
from crowd.bilingual import RUSSIAN
from crowd.campaigns.models import Phase
from crowd.campaigns.queries import is_visible_block
from crowd.people.models import Person
from questions.models import Option, Question, Response, ResponseChoice, Tally, Wording
from questions.rules import Held, holds_back, is_over

# The option of a tally that counts the people.
PEOPLE = ""

Counts = dict[int, dict[str, int]]


@dataclass(frozen=True)
class Row:
    """How many people chose an option, and what part of all who answered (0 to 1) they are."""

    option: Option
    number: int
    share: float

    @property
    def label(self) -> str:
        return self.option.wording.text

    @property
    def value(self) -> int:
        return self.number


@dataclass(frozen=True)
class Results:
    people: int
    rows: list[Row]
    # Of a scale: the mean of what was given.
    mean: float | None = None

    @property
    def overlap(self) -> bool:
        """Whether people chose several options, so that the shares add up to more than the whole."""
        return sum(row.number for row in self.rows) > self.people


@dataclass
class Shown:
    """A question as one reader sees it: what it asks, what the reader said, and where it may be seen what all said."""

    question: Question
    people: int
    results: Results | None
    held: Held | None
    own: list[str] = field(default_factory=list)
    answered: bool = False
    # Whether it can be answered now, and what was chosen in a form that came back.
    is_open: bool = False
    chosen: list[str] = field(default_factory=list)
    error: str = ""
    is_kept: bool = False
    is_preview: bool = False

    @property
    def own_words(self) -> list[Wording]:
        """What the reader answered, in words."""
        return words_of(self.question, self.own)


def get_visible_question_or_404(pk: int) -> Question:
    """Return the question where everybody may see its page."""
    question = Question.objects.select_related("page").filter(pk=pk).first()
    if question is None or not is_visible_block(question.page_id):
        raise Http404
    return question


def count_options(responses: QuerySet[Response]) -> Counts:
    """Return how often these responses name each option, and under `PEOPLE` how many there are; by question."""
    return _by_question(_counting(responses.order_by()))


def tallies(question_ids: Collection[int]) -> Counts:
    """Return the present counts of the questions: what is folded and what is not yet, read in one statement.

    In two, a fold that commits between them would be counted twice or not at all.
    """
    folded = Tally.objects.filter(question_id__in=question_ids).order_by()
    fresh = Response.objects.filter(question_id__in=question_ids, tallied=False).order_by()
    first, *others = [folded.values_list("question_id", "option", "number"), *_counting_parts(fresh)]
    return _by_question(first.union(*others, all=True))


def results_of(question: Question, counts: dict[str, int]) -> Results:
    """Return the results of the counts; a choice that has left the page comes last, so that no answer is lost."""
    people = counts.get(PEOPLE, 0)
    options = question.options
    offered = {option.name for option in options}
    gone = sum(number for name, number in counts.items() if name not in offered and name != PEOPLE)
    if gone:
        options.append(Option("", Wording(_("Варианты, которых больше нет"), RUSSIAN)))
        counts = {**counts, "": gone}
    else:
        counts = {**counts, "": 0}
    rows = [Row(option, number := counts.get(option.name, 0), number / people if people else 0.0) for option in options]
    mean = None
    if question.kind == Question.Kind.SCALE and people:
        mean = sum(int(row.option.name) * row.number for row in rows if row.option.name) / people
    return Results(people, rows, mean)


def own_responses(person: Person | None, question_ids: Collection[int]) -> dict[int, Response]:
    """Return what the person answered to these questions."""
    if person is None:
        return {}
    responses = Response.objects.filter(person=person, question_id__in=question_ids).prefetch_related("choices")
    return {response.question_id: response for response in responses}


def names_in(response: Response) -> list[str]:
    """Return the names of the options that the response names."""
    if response.value is not None:
        return [str(response.value)]
    return [row.choice for row in response.choices.all()]


def words_of(question: Question, names: Collection[str]) -> list[Wording]:
    return [option.wording for option in question.options if option.name in names]


def shown_questions(
    questions: Sequence[Question], phases: Iterable[Phase], person: Person | None, now: datetime
) -> list[Shown]:
    """Return the questions of one page as the person sees them, with the same number of queries for 1 and for 30."""
    if not questions:
        return []
    ids = [question.pk for question in questions]
    counts, own = tallies(ids), own_responses(person, ids)
    known = list(phases)
    over = is_over(known, now)
    is_open = any(phase.comment and phase.is_open_at(now) for phase in known)
    return [
        _shown(question, counts.get(question.pk, {}), own.get(question.pk), over, is_open) for question in questions
    ]


def shown_question(question: Question, person: Person | None) -> Shown:
    phases = Phase.objects.filter(page_id=question.page_id)
    return shown_questions([question], phases, person, clock.now())[0]


def previewed_questions(questions: Sequence[Question]) -> list[Shown]:
    """Return the questions of a draft, as they will be asked."""
    return [Shown(question, 0, None, None, is_open=True, is_preview=True) for question in questions]


def answers_of(person: Person) -> QuerySet[Response]:
    """Return what the person answered, the latest first."""
    responses = Response.objects.filter(person=person).select_related("question__page").prefetch_related("choices")
    return responses.order_by("-answered_at", "-pk")


def _shown(question: Question, counts: dict[str, int], response: Response | None, over: bool, is_open: bool) -> Shown:  # noqa: FBT001 - two of the same kind, named at the one call
    people = counts.get(PEOPLE, 0)
    held = holds_back(question, people=people, answered=response is not None, over=over)
    return Shown(
        question=question,
        people=people,
        results=None if held else results_of(question, counts),
        held=held,
        own=names_in(response) if response else [],
        answered=response is not None,
        is_open=is_open,
    )


def _counting_parts(responses: QuerySet[Response]) -> list[Any]:
    people = responses.values_list("question_id", Value(PEOPLE, CharField())).annotate(number=Count("pk"))
    points = responses.filter(value__isnull=False).values_list("question_id", Cast("value", CharField()))
    choices = ResponseChoice.objects.filter(response__in=responses).order_by()
    named = choices.values_list("response__question_id", "choice")
    return [people, points.annotate(number=Count("pk")), named.annotate(number=Count("pk"))]


def _counting(responses: QuerySet[Response]) -> Any:
    first, *others = _counting_parts(responses)
    return first.union(*others, all=True)


def _by_question(rows: Iterable[tuple[int, str, int]]) -> Counts:
    counts: Counts = {}
    for question_id, option, number in rows:
        of_question = counts.setdefault(question_id, {})
        of_question[option] = of_question.get(option, 0) + number
    return counts
