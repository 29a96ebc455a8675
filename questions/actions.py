from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from crowd.campaigns.models import Activity
from crowd.campaigns.queries import is_visible_block, open_activities, participant
from crowd.campaigns.rules import require_open
from crowd.errors import AlreadyAnswered, NotFound
from crowd.events import actions as events
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act
from crowd.people.models import Person
from questions.models import Question, Response, ResponseChoice, Tally
from questions.queries import count_options
from questions.rules import clean_choices, clean_value

MOST_FOLDED = 10_000


@transaction.atomic
def answer_question(
    *, person: Person | None, question_id: int, choices: Sequence[str] = (), value: int | None = None
) -> Response:
    """Answer a question, once and for good: the constraint decides where two answers of one person meet.

    `choices` are names of options; `value` is the point of a scale. Each is heeded by the kinds that it belongs to.
    """
    person = participant(person)
    question = Question.objects.select_related("page").filter(pk=question_id).first()
    if question is None or not is_visible_block(question.page_id):
        raise NotFound
    require_may(person, Act.ANSWER, question.page.campaign_id)
    require_open(Activity.COMMENT, open_activities(question.page_id))
    if Response.objects.filter(question=question, person=person).exists():
        raise AlreadyAnswered
    is_scale = question.kind == Question.Kind.SCALE
    point = clean_value(question, value) if is_scale else None
    chosen = [] if is_scale else clean_choices(question, choices)
    response = _insert(question, person, point)
    ResponseChoice.objects.bulk_create(ResponseChoice(response=response, choice=name) for name in chosen)
    # No actor: the log tells that somebody answered, the row alone tells who.
    events.record(
        "question.answered",
        subject=events.Subject("question", question.pk),
        campaign_id=question.page.campaign_id,
        payload={"block": question.page_id},
    )
    return response


def _insert(question: Question, person: Person, value: int | None) -> Response:
    try:
        with transaction.atomic():
            return Response.objects.create(question=question, page_id=question.page_id, person=person, value=value)
    except IntegrityError as error:
        raise AlreadyAnswered from error


@transaction.atomic
def fold_responses(*, question_id: int) -> None:
    """Add to the tally what was answered since; twice does no harm, since what is folded is marked.

    Two workers at one question wait for each other at its row; who answers waits for neither.
    """
    if not _lock(question_id):
        return
    untallied = Response.objects.filter(question_id=question_id, tallied=False).order_by("pk")
    ids = list(untallied.values_list("pk", flat=True)[:MOST_FOLDED])
    if not ids:
        return
    added = count_options(Response.objects.filter(pk__in=ids))[question_id]
    Tally.objects.bulk_create(
        (Tally(question_id=question_id, option=option) for option in added), ignore_conflicts=True
    )
    for option, number in added.items():
        Tally.objects.filter(question_id=question_id, option=option).update(number=F("number") + number)
    Response.objects.filter(pk__in=ids).update(tallied=True)


def reconcile_tallies() -> list[str]:
    """Set the tally of every question to what its responses say; return a line per question that differed."""
    ids = Question.objects.order_by("pk").values_list("pk", flat=True)
    return [line for pk in ids if (line := _reconcile(pk))]


@transaction.atomic
def _reconcile(question_id: int) -> str:
    if not _lock(question_id):
        return ""
    responses = Response.objects.filter(question_id=question_id, tallied=True)
    right = count_options(responses).get(question_id, {})
    tallies = Tally.objects.filter(question_id=question_id, number__gt=0)
    stored = dict(tallies.order_by("option").values_list("option", "number"))
    if stored == right:
        return ""
    Tally.objects.filter(question_id=question_id).delete()
    Tally.objects.bulk_create(
        Tally(question_id=question_id, option=option, number=number) for option, number in right.items()
    )
    return f"Question {question_id}: {stored} was stored, {right} is right."


def _lock(question_id: int) -> bool:
    return bool(Question.objects.select_for_update(no_key=True).filter(pk=question_id).values_list("pk", flat=True))
