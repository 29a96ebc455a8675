import pytest

from crowd.limits.rules import LIMITS, NAMES, SIDES, Used, is_suspicious, largest, limit_problem, smallest


def used(person=(0, 30), network=(0, 600)):
    return [Used("person", *person), Used("network", *network)]


@pytest.mark.parametrize(
    ("sides", "newcomer", "text", "suspicious"),
    [
        (used(), True, "Нужна площадка", False),
        (used(person=(15, 30)), True, "", False),
        (used(person=(16, 30)), True, "", True),
        (used(person=(30, 30)), True, "", True),
        (used(network=(300, 600)), True, "", False),
        (used(network=(301, 600)), True, "", True),
        # A side that is not counted says nothing.
        (used(person=(0, 0), network=(0, 0)), True, "", False),
        ([], True, "", False),
        (used(), True, "Смотрите https://example.org/", True),
        (used(), True, "Заходите на www.shop", True),
        (used(), True, "Всё есть на SHOP.RU", True),
        (used(), True, "площадка.рф", True),
        (used(), True, "Стоит 3.50 руб. Дорого", False),
        (used(person=(30, 30), network=(600, 600)), False, "https://example.org/", False),
    ],
)
def test_only_newcomers_who_hurry_or_link_are_suspicious(sides, newcomer, text, suspicious):
    assert is_suspicious(sides, newcomer=newcomer, text=text) is suspicious


def test_every_rule_has_a_name_for_administrators():
    assert list(NAMES) == list(LIMITS)


@pytest.mark.parametrize(
    ("rule", "side", "value", "problem"),
    [
        ("vote", "person", 0, ""),
        ("vote", "person", 1, ""),
        ("vote", "person", 600, ""),
        ("vote", "person", 601, "Не больше 600: это предел, за которым правило уже не защищает."),
        ("vote", "person", -1, "Укажите число от 0."),
        ("vote", "network", 12000, ""),
        ("vote", "network", 12001, "Не больше 12000: это предел, за которым правило уже не защищает."),
        (
            "sign_in",
            "person",
            0,
            "Этот предел снять нельзя: без него пароль или код можно подбирать без конца.",
        ),
        ("sign_in", "network", 0, ""),
        (
            "second_factor",
            "person",
            0,
            "Этот предел снять нельзя: без него пароль или код можно подбирать без конца.",
        ),
        # A side that the rule never counts stays so.
        ("share_picture", "person", 1, "Не больше 0: это предел, за которым правило уже не защищает."),
    ],
)
def test_what_makes_no_sense_for_a_rule_is_a_problem(rule, side, value, problem):
    assert str(limit_problem(rule, side, value) or "") == problem


def test_what_the_code_says_of_each_rule_makes_sense():
    usual = [(rule, side, getattr(LIMITS[rule], side)) for rule in LIMITS for side in SIDES]

    assert [(rule, side) for rule, side, value in usual if value and limit_problem(rule, side, value)] == []
    assert all(smallest(rule, side) <= largest(rule, side) for rule, side, value in usual if value)
