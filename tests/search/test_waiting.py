"""Work with a bound on how long anybody waits for it, and the threads that do it."""

import threading
from contextvars import ContextVar

import pytest

from search.engines.base import EngineAway
from search.engines.waiting import Worker, within

said = ContextVar("said", default="nothing")


@pytest.fixture(autouse=True)
def _no_worker_idle():
    Worker.idle.clear()


def in_a_worker():
    return threading.get_ident()


def are_idle(count):
    """Wait until so many workers have put themselves back, which they do after they have answered.

    There may be more: of work that an earlier test did not wait for.
    """
    until = threading.Event()
    for _ in range(1000):
        if len(Worker.idle) >= count:
            return True
        until.wait(0.01)
    return False


def test_a_worker_takes_one_work_after_the_other():
    took = []
    for _ in range(20):
        took.append(within(5, in_a_worker))
        assert are_idle(1)

    assert threading.get_ident() not in took
    assert len(set(took)) < len(took)


def test_who_is_not_waited_for_any_more_holds_up_nobody_and_is_of_use_again():
    go_on = threading.Event()
    with pytest.raises(EngineAway, match=r"No answer within 0\.05 s"):
        within(0.05, go_on.wait)

    assert within(5, lambda: "an answer") == "an answer"
    go_on.set()
    assert are_idle(2)


def test_an_error_is_raised_where_somebody_waits_and_ends_no_worker():
    def fails():
        msg = "wrong"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="wrong"):
        within(5, fails)

    assert are_idle(1)


def test_each_work_sees_what_its_own_asker_had_set():
    for words in ("one", "two"):
        token = said.set(words)
        assert within(5, said.get) == words
        said.reset(token)
    assert within(5, said.get) == "nothing"
