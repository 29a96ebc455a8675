import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from crowd.errors import AlreadyDecided
from crowd.moderation.actions import appeal_decision, decide, decide_appeal
from crowd.moderation.models import Appeal, Decision
from ideas.models import Idea
from tests.factories import decisions, people
from tests.factories.decisions import WHY

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*works):
    """Do them in threads that start together; return what each gave, or the refusal."""
    barrier = threading.Barrier(len(works))

    def run(work):
        barrier.wait(60)
        try:
            return work()
        except AlreadyDecided as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def refusals(results):
    return [result for result in results if isinstance(result, AlreadyDecided)]


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_moderators_one_answers_and_the_other_is_told_what(attempt):
    made, decision = decisions.hidden_idea()
    appeal = decisions.appeal(decision)
    moderators = [people.with_role("moderator") for _ in range(8)]

    def answer(number):
        outcome = ("upheld", "rejected")[(number + attempt) % 2]
        return lambda: decide_appeal(
            moderator=moderators[number], appeal_id=appeal.pk, outcome=outcome, answer=f"Ответ {number}"
        )

    results = at_once(*map(answer, range(8)))

    [decided] = [result for result in results if isinstance(result, Appeal)]
    said = {str(refused.detail) for refused in refusals(results)}
    assert said == {f"По этой апелляции уже решено: {decided.get_state_display()}."}
    stored = Appeal.objects.get()
    assert (stored.state, stored.answer, stored.decided_by) == (decided.state, decided.answer, decided.decided_by)
    upheld = decided.state == "upheld"
    assert Idea.objects.get(pk=made.pk).moderation == ("published" if upheld else "hidden")
    assert Decision.objects.count() == 1 + upheld


def test_of_eight_equal_appeals_one_is_kept():
    _made, decision = decisions.hidden_idea()

    results = at_once(
        *[lambda: appeal_decision(author=decision.author, decision_id=decision.pk, text=WHY) for _ in range(8)]
    )

    assert len(refusals(results)) == 7
    assert Appeal.objects.count() == 1


def test_an_answer_and_a_new_decision_do_not_both_publish():
    made, decision = decisions.hidden_idea()
    appeal, second = decisions.appeal(decision), people.with_role("moderator")

    results = at_once(
        lambda: decide_appeal(moderator=second, appeal_id=appeal.pk, outcome="upheld"),
        lambda: decide(moderator=decision.moderator, kind="idea", subject_id=made.pk, outcome="publish"),
    )

    assert len(refusals(results)) == 1
    assert Idea.objects.get(pk=made.pk).moderation == "published"
    assert Decision.objects.filter(outcome="publish").count() == 1
    assert Appeal.objects.get().state in {"upheld", "overtaken"}
