import pytest

from crowd.errors import AlreadyAnswered, ConsentMissing, Invalid, NotAllowed, NotFound, NotSignedIn, PhaseClosed
from crowd.events.models import Event
from questions.models import Response
from questions.queries import names_in, tallies
from tests.factories import accounts, pages
from tests.factories.people import person, with_role
from tests.factories.questions import answer, question

pytestmark = pytest.mark.django_db


def test_one_choice_is_kept_as_it_was_given():
    asked, resident = question(), person()

    given = answer(asked, "c2", person=resident)

    kept = Response.objects.get()
    assert (kept, kept.person, kept.page_id, kept.value) == (given, resident, asked.page_id, None)
    assert names_in(kept) == ["c2"]


def test_several_choices_are_kept_once_each():
    asked = question(kind="several", most=2)

    given = answer(asked, "c3", "c1", "c3")

    assert sorted(names_in(given)) == ["c1", "c3"]


def test_point_of_a_scale_is_kept():
    asked = question(kind="scale", scale=10)

    given = answer(asked, value=10)

    assert names_in(given) == ["10"]
    assert tallies([asked.pk]) == {asked.pk: {"": 1, "10": 1}}


def test_event_names_the_question_and_nobody():
    asked = question()

    answer(asked, "c1")

    event = Event.objects.get(kind="question.answered")
    assert (event.subject_kind, event.subject_id, event.actor_id) == ("question", asked.pk, None)
    assert (event.campaign_id, event.payload) == (asked.page.campaign_id, {"block": asked.page_id})


def test_second_answer_is_refused_and_changes_nothing():
    asked, resident = question(), person()
    answer(asked, "c1", person=resident)

    with pytest.raises(AlreadyAnswered):
        answer(asked, "c2", person=resident)

    assert names_in(Response.objects.get()) == ["c1"]


@pytest.mark.parametrize(
    ("fields", "chosen", "value", "field", "message"),
    [
        ({}, [], None, "choice", "Выберите ответ."),
        ({}, ["c9"], None, "choice", "Такого варианта больше нет. Выберите из тех, что есть."),
        ({}, ["c1", "c2"], None, "choice", "Можно выбрать только 1 вариант."),
        ({"kind": "several", "most": 2}, ["c1", "c2", "c3"], None, "choice", "Можно выбрать не больше 2 вариантов."),
        ({"kind": "several"}, [""], None, "choice", "Такого варианта больше нет. Выберите из тех, что есть."),
        ({"kind": "scale"}, [], None, "value", "Выберите оценку."),
        ({"kind": "scale"}, [], 6, "value", "Такой оценки нет на этой шкале."),
        ({"kind": "scale"}, [], 0, "value", "Такой оценки нет на этой шкале."),
    ],
)
def test_what_the_question_does_not_offer_is_refused_beside_its_field(fields, chosen, value, field, message):
    asked = question(**fields)

    with pytest.raises(Invalid) as refused:
        answer(asked, *chosen, value=value)

    assert {name: [str(text) for text in texts] for name, texts in refused.value.fields.items()} == {field: [message]}
    assert not Response.objects.exists()


def somebody(role, campaign):
    if role is None:
        return None
    if role == "administrator":
        return person(is_superuser=True)
    if role == "unconfirmed":
        return person(verification="none")
    if role == "blocked":
        return person(is_active=False)
    return person() if role == "resident" else with_role(role, campaign)


PHASES = {"open": (-1, 1), "ended": (-2, -1), "to come": (1, 2)}
MAY = ("resident", "expert", "moderator", "editor", "approver", "operator", "administrator")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(
    ("role", "refusal"),
    [*((role, None) for role in MAY), (None, NotSignedIn), ("unconfirmed", NotAllowed), ("blocked", NotAllowed)],
)
def test_who_may_answer_when(role, refusal, phase):
    page = pages.discussion(opens=())
    starts, ends = PHASES[phase]
    pages.phase(page, "comment", starts=starts, ends=ends)
    asked = question(page)
    refusal = refusal or (None if phase == "open" else PhaseClosed)
    who = somebody(role, page.get_parent().specific)

    def give():
        from questions.actions import answer_question

        return answer_question(person=who, question_id=asked.pk, choices=["c1"])

    if refusal is None:
        assert give().person == who
    else:
        with pytest.raises(refusal):
            give()
        assert not Response.objects.exists()


def test_phase_that_opens_something_else_is_not_enough():
    page = pages.discussion(opens=("rate",))

    with pytest.raises(PhaseClosed):
        answer(question(page), "c1")


def test_consent_is_asked_for():
    accounts.consent_text()

    with pytest.raises(ConsentMissing):
        answer(question(), "c1")


def test_question_of_a_page_that_nobody_sees_does_not_exist():
    asked = question(pages.discussion(live=False))

    with pytest.raises(NotFound):
        answer(asked, "c1")


def test_unknown_question_does_not_exist():
    asked = question()
    asked.pk += 1

    with pytest.raises(NotFound):
        answer(asked, "c1")
