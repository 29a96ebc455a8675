"""What is told of ratings, and that nothing can be worked out of fewer than five."""

from datetime import date
from itertools import product

import pytest

from services.rules import SMALLEST_GROUP
from services.statistics import Figures, Months, fold_small, join_months


def figures(count, score=4):
    return Figures.of({score: count})


def counts(folded):
    return [(key, shown.count) for key, shown in folded.shown], folded.others and folded.others.count


def test_mean_and_count():
    given = Figures((1, 0, 0, 2, 3))

    assert (given.count, given.mean) == (6, 4.0)


def test_mean_has_one_decimal():
    assert Figures((0, 0, 0, 2, 1)).mean == 4.3


def test_nothing_has_no_mean():
    assert (Figures().count, Figures().mean, Figures().may_be_shown) == (0, 0.0, False)


@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_fewer_than_five_are_not_shown(count, shown):
    assert figures(count).may_be_shown is shown


def test_large_groups_are_shown_as_they_are():
    assert counts(fold_small({"a": figures(5), "b": figures(9)})) == ([("b", 9), ("a", 5)], None)


def test_small_groups_are_shown_together():
    assert counts(fold_small({"a": figures(30), "b": figures(4), "c": figures(3)})) == ([("a", 30)], 7)


def test_one_small_group_takes_the_next_along():
    assert counts(fold_small({"a": figures(30), "b": figures(7), "c": figures(3)})) == ([("a", 30)], 10)


def test_small_groups_with_too_small_a_sum_take_the_next_along():
    assert counts(fold_small({"a": figures(30), "b": figures(7), "c": figures(2), "d": figures(1)})) == (
        [("a", 30)],
        10,
    )


def test_small_groups_as_large_as_they_can_be_take_the_next_along():
    assert counts(fold_small({"a": figures(30), "b": figures(7), "c": figures(4), "d": figures(4)})) == (
        [("a", 30)],
        15,
    )


def test_nothing_is_shown_of_fewer_than_five_in_all():
    assert counts(fold_small({"a": figures(2), "b": figures(2)})) == ([], None)


def solutions(hidden, total):
    """The ways in which so many hidden groups can have this many ratings together, at least one of them few."""
    ways = [way for way in product(range(1, total + 1), repeat=hidden) if sum(way) == total]
    return [way for way in ways if min(way) < SMALLEST_GROUP]


def test_no_hidden_group_follows_from_the_sum():
    """Whatever the sizes of four groups: who knows how many are hidden and what they are together knows none of them."""
    for sizes in product((1, 2, 3, 4, 5, 6, 9), repeat=4):
        groups = {str(number): figures(size) for number, size in enumerate(sizes)}
        folded = fold_small(groups)
        hidden = len(groups) - len(folded.shown)
        assert sum(shown.count for _key, shown in folded.shown) + (folded.others.count if folded.others else 0) in {
            sum(sizes),
            sum(shown.count for _key, shown in folded.shown),
        }
        if hidden and folded.others:
            possible = solutions(hidden, folded.others.count)
            assert all(len({way[place] for way in possible}) > 1 for place in range(hidden)), sizes
        elif hidden:
            # All together are too few: then none is shown.
            assert not folded.shown, sizes


def test_months_in_their_order():
    months = {date(2026, 10, 1): figures(6), date(2026, 9, 1): figures(5)}

    assert join_months(months) == [
        Months(date(2026, 9, 1), date(2026, 9, 1), figures(5)),
        Months(date(2026, 10, 1), date(2026, 10, 1), figures(6)),
    ]


def test_small_month_is_joined_with_those_that_follow():
    months = {date(2026, 8, 1): figures(1), date(2026, 9, 1): figures(3), date(2026, 10, 1): figures(6)}

    assert join_months(months) == [Months(date(2026, 8, 1), date(2026, 10, 1), figures(10))]


def test_last_small_month_is_joined_with_the_former():
    months = {date(2026, 8, 1): figures(7), date(2026, 9, 1): figures(5), date(2026, 10, 1): figures(2)}

    assert join_months(months) == [
        Months(date(2026, 8, 1), date(2026, 8, 1), figures(7)),
        Months(date(2026, 9, 1), date(2026, 10, 1), figures(7)),
    ]


def test_months_with_fewer_than_five_in_all_are_not_shown():
    assert join_months({date(2026, 8, 1): figures(2), date(2026, 9, 1): figures(2)}) == []
