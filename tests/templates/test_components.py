from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from crowd.campaigns.models import Phase
from crowd.campaigns.templatetags.campaigns import steps_of, what_counts_now
from crowd.templatetags.crowd import day, duration, initials, moment

NOW = datetime(2024, 11, 23, 12, tzinfo=UTC)


class IdeaForm(forms.Form):
    title = forms.CharField(label="Название", max_length=10, help_text="Одной строкой.")
    problem = forms.CharField(label="В чём проблема", max_length=20, widget=forms.Textarea, required=False)
    stance = forms.ChoiceField(label="Позиция", choices=[("for", "за")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Согласен")
    file = forms.FileField(label="Файл", required=False)
    cycle = forms.IntegerField(widget=forms.HiddenInput)


def component(name, **context):
    return " ".join(render_to_string(f"components/{name}.html", context, RequestFactory().get("/?q=а")).split())


def phase(starts, ends, **opens):
    return Phase(name="Этап", opens_at=NOW + timedelta(days=starts), closes_at=NOW + timedelta(days=ends), **opens)


def test_field_ties_hint_and_error_to_its_control():
    form = IdeaForm({"title": "Слишком длинное название"})

    html = component("field", field=form["title"])

    assert '<label class="field__label" for="id_title">Название </label>' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html


def test_field_with_long_text_says_how_much_and_lets_it_be_pasted():
    html = component("field", field=IdeaForm()["problem"])

    assert "Не больше 20 знаков" in html
    assert 'aria-describedby="id_problem_limit"' in html
    assert "maxlength" not in html


def test_form_sums_up_its_errors_and_takes_files():
    html = component("form", form=IdeaForm({}), submit="Предложить", action="/ideas/new/")

    assert 'role="alert"' in html
    assert '<a href="#id_title">Название</a>: ' in html
    assert 'enctype="multipart/form-data"' in html
    assert 'action="/ideas/new/"' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert ">Предложить</button>" in html


def test_form_without_errors_alarms_nobody():
    html = component("form", form=IdeaForm())

    assert 'role="alert"' not in html
    assert ">Отправить</button>" in html


def test_pagination_keeps_the_query():
    page = Paginator(range(50), 20).page(2)

    html = component("pagination", page=page)

    assert 'rel="prev" href="?q=%D0%B0&amp;page=1"' in html
    assert 'rel="next" href="?q=%D0%B0&amp;page=3"' in html
    assert "Страница 2 из 3" in html


def test_pagination_of_one_page_is_silent():
    assert component("pagination", page=Paginator(range(5), 20).page(1)) == ""


def test_pagination_by_cursor_shows_only_ways_that_exist():
    html = component("pagination", next_url="?after=7")

    assert 'rel="next" href="?after=7"' in html
    assert 'rel="prev"' not in html


def test_today_stands_before_the_first_phase_that_is_to_come():
    steps = steps_of([phase(3, 4), phase(-4, -3)], NOW)

    assert [step.state for step in steps] == ["past", "future"]
    assert [step.today_before for step in steps] == [False, True]


def test_today_stands_behind_the_last_phase_when_all_are_over():
    steps = steps_of([phase(-4, -3), phase(-3, -2)], NOW)

    assert [(step.today_before, step.today_after) for step in steps] == [(False, False), (False, True)]


def test_today_is_the_open_phase_where_there_is_one():
    steps = steps_of([phase(-1, 1, vote=True, submit=True), phase(1, 2)], NOW)

    assert [step.state for step in steps] == ["open", "future"]
    assert not any(step.today_before or step.today_after for step in steps)
    assert steps[0].activities == ["предложить идею", "голосовать"]


@pytest.mark.parametrize(
    ("phases", "shown"),
    [
        ([(-3, -2), (-1, 1), (-1, 2), (3, 4)], ["open", "open"]),
        ([(-3, -2), (3, 4), (5, 6)], ["future"]),
        ([(-5, -4), (-3, -2)], ["past"]),
        ([], []),
    ],
)
def test_a_card_says_what_counts_now(phases, shown):
    steps = steps_of([phase(*dates) for dates in phases], NOW)

    assert [step.state for step in what_counts_now(steps)] == shown


def test_dates_follow_the_site_and_name_the_year_where_it_is_another(settings):
    late_in_utc = datetime(2001, 12, 31, 20, 30, tzinfo=UTC)

    assert day(late_in_utc) == "1 января 2002"
    assert moment(late_in_utc) == "1 января 2002, 01:30"


def test_a_moment_that_is_not_known_is_nothing():
    template = Template("{% when value %}{{ value|day }}{{ value|moment }}")

    assert template.render(Context({"value": None})) == ""


@pytest.mark.parametrize(("seconds", "words"), [(40, "40 секунд"), (61, "2 минут"), (3600, "1 час"), (3601, "2 часов")])
def test_a_pause_is_rounded_up(seconds, words):
    said = duration(seconds)

    assert said.split()[0] == words.split()[0]
    assert said.split()[1][:3] == words.split()[1][:3]


def test_initials_are_of_two_words_at_most():
    assert initials("мария к. из сургута") == "МК"


def test_file_field_keeps_its_label_and_says_it_is_optional():
    html = component("field", field=IdeaForm()["file"])

    assert '<label class="field__label" for="id_file">Файл <span class="field__optional">необязательно</span>' in html
