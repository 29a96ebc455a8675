from search.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_breaker_lets_everybody_try_while_all_is_well():
    breaker = Breaker()

    assert [breaker.may_try() for _ in range(3)] == [True] * 3


def test_breaker_lets_nobody_try_after_a_failure_then_one():
    clock = Clock()
    breaker = Breaker(clock=clock)
    breaker.failed()

    before = breaker.may_try()
    clock.now = 1.0
    after = [breaker.may_try() for _ in range(3)]

    assert (before, after) == (False, [True, False, False])


def test_breaker_waits_longer_each_time_up_to_its_longest():
    clock = Clock()
    breaker = Breaker(longest=15, clock=clock)
    pauses = []

    for _ in range(6):
        breaker.failed()
        start = clock.now
        while not breaker.may_try():
            clock.now += 1
        pauses.append(clock.now - start)

    assert pauses == [1, 2, 4, 8, 15, 15]


def test_breaker_closes_with_the_first_success():
    breaker = Breaker()
    breaker.failed()

    breaker.succeeded()

    assert [breaker.may_try() for _ in range(3)] == [True] * 3
