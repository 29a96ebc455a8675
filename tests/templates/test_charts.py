"""Charts, progress, steps and faces: what they say and how long their bars are."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from crowd.templatetags.charts import bars, share_chart, shares
from crowd.templatetags.crowd import FACES, face


def flat(text):
    return " ".join(text.split())


def component(name, **context):
    return flat(render_to_string(f"components/{name}.html", context))


@pytest.mark.parametrize(
    "rows",
    [
        [("Здоровье", 41), ("Культура", 10.25)],
        [{"label": "Здоровье", "value": 41}, {"label": "Культура", "value": 10.25}],
        [SimpleNamespace(label="Здоровье", value=41), SimpleNamespace(label="Культура", value=10.25)],
    ],
)
def test_rows_come_in_three_shapes(rows):
    assert [(bar.label, bar.value, bar.percent) for bar in bars(rows)] == [
        ("Здоровье", 41, "100.00"),
        ("Культура", 10.25, "25.00"),
    ]


def test_note_stands_beside_the_label_and_in_the_table():
    rows = [SimpleNamespace(label="Сургут", value=4.2, note="34 оценки")]

    chart = flat(Template("{% load charts %}{% bar_chart rows of=5 %}").render(Context({"rows": rows})))

    assert 'Сургут <span class="chart__note">34 оценки</span>' in chart
    assert '<th scope="row">Сургут (34 оценки)</th>' in chart


def test_bars_of_ratings_end_before_the_best_there_can_be():
    assert [bar.percent for bar in bars([("2024", 4), ("2025", 5), ("2026", 6)], of=5)] == ["80.00", "100.00", "100.00"]


@pytest.mark.parametrize("rows", [[], [("Культура", 0)]])
def test_nothing_divides_by_nothing(rows):
    assert [bar.percent for bar in bars(rows)] == ["0.00"] * len(rows)
    assert [part.percent for part in shares(rows)] == ["0.00"] * len(rows)


def test_number_below_nothing_has_no_bar():
    with pytest.raises(ValueError, match="Культура"):
        bars([("Культура", -1)])


def test_parts_follow_one_another_and_begin_their_shades_anew():
    parts = shares([(str(number), 1) for number in range(8)])

    assert [part.start for part in parts] == [f"{number * 12.5:.2f}" for number in range(8)]
    assert [part.tone for part in parts] == [0, 1, 2, 3, 4, 5, 0, 1]


def test_chart_says_its_numbers_in_the_readers_way_and_draws_them_in_svgs():
    template = Template('{% load charts %}{% bar_chart rows "Идеи" "штук" %}')

    russian = flat(template.render(Context({"rows": [("Здоровье", 12000.5), ("Культура", 3000)]})))
    with translation.override("en"):
        english = flat(template.render(Context({"rows": [("Health", 12000.5)]})))

    assert '<b class="chart__value">12\xa0000,5</b>'.replace("\xa0", " ") in russian.replace("\xa0", " ")
    assert 'width="25.00%"' in russian
    assert '<th scope="row">Культура</th> <td>3' in russian
    assert "style=" not in russian
    assert '<b class="chart__value">12,000.5</b>' in english


def test_whole_is_told_in_words():
    html = flat(render_to_string("components/chart.html", share_chart([("За", 3), ("Против", 1)], "Позиции")))

    assert "<title>Позиции</title> <desc>За: 3 (75 %); Против: 1 (25 %)</desc>" in html
    assert "<td>75 %</td>" in html


def test_progress_beyond_its_goal_is_full_and_says_how_far():
    html = component("progress", label="Голоса", value=1240, goal=1000)

    assert '<progress class="progress__bar" max="1000" value="1000"></progress>' in html
    assert "Цель достигнута" in html


def test_progress_in_fractions_is_written_for_machines_and_for_people():
    html = component("progress", label="Оценка", value=4.5, goal=5)

    assert 'max="5" value="4.5"' in html
    assert "<b>4,5</b> из 5" in html
    assert "Цель достигнута" not in html


def test_step_says_where_one_is():
    html = component("steps", steps=["Идея", "Проверка", "Ответ"], current=2)

    assert html.count('aria-current="step"') == 1
    assert "Идея<span" in html
    assert "пройден" in html
    assert html.count("step--ahead") == 1


def test_face_is_the_same_everywhere_and_uses_every_colour():
    assert face("Мария Кузнецова") == 5
    assert {face(f"Имя {number}") for number in range(200)} == set(range(FACES))
