import math
from random import Random

import pytest

from ideas.ranking import fair_keys, fair_offset, fair_weight, gini, top_score, wilson_lower_bound


@pytest.mark.parametrize(
    ("positive", "total", "bound"),
    [
        # By the formula, worked out apart from the code.
        (0, 0, 0.0),
        (0, 5, 0.0),
        (1, 1, 0.206549),
        (3, 3, 0.438503),
        (90, 100, 0.825634),
        (500, 1000, 0.469069),
    ],
)
def test_wilson_lower_bound_of_known_shares(positive, total, bound):
    assert wilson_lower_bound(positive, total) == pytest.approx(bound, abs=1e-6)


def test_wilson_lower_bound_of_no_share_is_refused():
    with pytest.raises(ValueError, match="4 of 3 is no share"):
        wilson_lower_bound(4, 3)


def test_top_score_is_support_where_nobody_may_be_against():
    assert top_score(7, 0, takes_against=False) == 7.0


def test_top_score_asks_for_many_voices_where_people_may_be_against():
    few, many = top_score(3, 0, takes_against=True), top_score(90, 10, takes_against=True)

    assert few < many


def test_fair_keys_are_evenly_spread_places():
    keys = fair_keys([0, 5, 100, 3], Random(7))

    assert sorted(keys) == [0.0, 0.25, 0.5, 0.75]


def test_fair_keys_of_nothing_are_none():
    assert fair_keys([], Random(7)) == []


def test_fair_keys_draw_the_first_by_weight():
    random, turns = Random(3), 4000
    exposures = [0, 30]
    weights = [fair_weight(exposure, 15.0) for exposure in exposures]

    first = sum(fair_keys(exposures, random)[0] == 0.0 for _ in range(turns))

    expected = weights[0] / sum(weights)
    assert abs(first / turns - expected) < 4 * math.sqrt(expected * (1 - expected) / turns)


def test_fair_offset_is_the_same_for_the_same_seed_and_lies_on_the_circle():
    offsets = [fair_offset(f"visitor {number}") for number in range(1000)]

    assert offsets == [fair_offset(f"visitor {number}") for number in range(1000)]
    assert min(offsets) >= 0.0
    assert max(offsets) < 1.0
    assert len(set(offsets)) == 1000


@pytest.mark.parametrize(
    ("amounts", "coefficient"), [([], 0.0), ([0, 0], 0.0), ([5, 5, 5], 0.0), ([0, 0, 0, 8], 0.75), ([1, 2, 3], 2 / 9)]
)
def test_gini_of_known_amounts(amounts, coefficient):
    assert gini(amounts) == pytest.approx(coefficient)
