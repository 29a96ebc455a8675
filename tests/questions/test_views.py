import re
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.limits.rules import LIMITS
from crowd.people.models import ConsentText
from questions.models import Question, Response
from questions.queries import names_in
from tests.factories import pages
from tests.factories.people import person
from tests.factories.questions import answer, answers, question

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}


def address(asked):
    return f"/questions/{asked.pk}/answer/"


def shown(client, asked):
    """The text of the question's place on its page."""
    html = client.get(asked.page.get_url()).content.decode()
    place = re.search(rf'<article class="question" id="question-{asked.pk}">.*?</article>', html, re.DOTALL)
    return place[0]


@pytest.fixture
def resident(client):
    someone = person()
    client.force_login(someone)
    return someone


def test_answer_leads_back_to_the_question(client, resident):
    asked = question()

    said = client.post(address(asked), {"choice": "c2"})

    assert (said.status_code, said["Location"]) == (303, f"{asked.page.get_url()}#question-{asked.pk}")
    assert [str(message) for message in get_messages(said.wsgi_request)] == ["Спасибо, ваш ответ учтён."]
    assert names_in(Response.objects.get(person=resident)) == ["c2"]
    assert "Ваш ответ:" in shown(client, asked)


def test_answer_as_json_holds_the_results(client, resident):
    asked = question()
    answers(asked, "c1", "c1", "c2", "c3")

    said = client.post(address(asked), {"choice": "c2"}, headers=JSON)

    assert said.status_code == 200
    assert said.json() == {
        "question": asked.pk,
        "answered": True,
        "people": 5,
        "results": [
            {"choice": "c1", "text": "Через Госуслуги", "count": 2, "share": 0.4},
            {"choice": "c2", "text": "По телефону", "count": 2, "share": 0.4},
            {"choice": "c3", "text": "Лично", "count": 1, "share": 0.2},
        ],
    }


def test_point_of_a_scale_is_answered_by_value(client, resident):
    asked = question(kind="scale")

    client.post(address(asked), {"value": "4"})

    assert Response.objects.get(person=resident).value == 4


def test_several_choices_are_posted_under_one_name(client, resident):
    asked = question(kind="several")

    client.post(address(asked), {"choice": ["c1", "c3"]})

    assert sorted(names_in(Response.objects.get(person=resident))) == ["c1", "c3"]


def test_refused_form_keeps_what_was_chosen(client, resident):
    asked = question(kind="several", most=1 + 1)

    page = client.post(address(asked), {"choice": ["c1", "c2", "c3"]})

    html = page.content.decode()
    assert page.status_code == 422
    assert "Можно выбрать не больше 2 вариантов." in html
    assert html.count(" checked") == 3


def test_refusal_as_json_names_the_field(client, resident):
    asked = question()

    said = client.post(address(asked), {}, headers=JSON)

    assert (said.status_code, said.json()["error"]) == (422, "invalid")
    assert said.json()["fields"] == {"choice": ["Выберите ответ."]}


@pytest.mark.parametrize("value", ["", "0", "6", "-1", "пять", "1.5", "9" * 30, "٣"])
def test_value_that_is_on_no_scale_is_refused(client, resident, value):
    asked = question(kind="scale")

    said = client.post(address(asked), {"value": value}, headers=JSON)

    assert said.status_code == 422
    assert set(said.json()["fields"]) == {"value"}


def test_second_answer_shows_what_was_answered(client, resident):
    asked = question()
    answer(asked, "c2", person=resident)

    page = client.post(address(asked), {"choice": "c1"})
    said = client.post(address(asked), {"choice": "c1"}, headers=JSON)

    html = page.content.decode()
    assert (page.status_code, said.status_code) == (409, 409)
    assert re.search(r"Вы уже ответили:\s*<b[^>]*>По телефону</b>", html)
    assert said.json() == {
        "error": "already_answered",
        "detail": "Вы уже ответили на этот вопрос: По телефону. Ответить можно один раз.",
        "fields": {},
    }
    assert names_in(Response.objects.get()) == ["c2"]


def test_choice_made_before_signing_in_is_offered_again(client):
    asked = question()
    url = asked.page.get_url()

    as_json = client.post(address(asked), {"choice": "c2"}, headers=JSON)
    as_page = client.post(address(asked), {"choice": "c2"}, headers={"referer": f"http://testserver{url}"})
    client.force_login(person())
    html = shown(client, asked)

    assert (as_json.status_code, as_json.json()["error"]) == (401, "not_signed_in")
    assert (as_page.status_code, as_page["Location"]) == (303, f"/accounts/login/?{urlencode({'next': url})}")
    assert re.search(r'value="c2"\s+checked', html)
    assert html.count(" checked") == 1
    assert "Вот что вы выбрали." in html
    assert not Response.objects.exists()


def test_consent_is_asked_for_and_the_choice_kept(client, resident):
    ConsentText.objects.create(version=1, title="Согласие", text="Текст")
    asked = question()

    page = client.post(address(asked), {"choice": "c2"})

    assert page.status_code == 403
    assert "consent" in page.content.decode()
    assert not Response.objects.exists()


def test_opening_the_address_leads_to_the_question(client):
    asked = question()

    assert client.get(address(asked))["Location"] == f"{asked.page.get_url()}#question-{asked.pk}"


def test_question_of_an_unpublished_page_is_not_there(client, resident):
    asked = question(pages.discussion(live=False))

    assert client.get(address(asked)).status_code == 404
    assert client.post(address(asked), {"choice": "c1"}).status_code == 404


def test_closed_discussion_takes_no_answers(client, resident):
    page = pages.discussion(opens=())
    pages.phase(page, "comment", starts=-2, ends=-1)
    asked = question(page)

    said = client.post(address(asked), {"choice": "c1"}, headers=JSON)

    assert (said.status_code, said.json()["error"]) == (409, "phase_closed")


def test_too_many_answers_at_once_are_limited(client, resident, monkeypatch):
    from crowd.limits.rules import Limit

    monkeypatch.setitem(LIMITS, "answer", Limit(seconds=600, person=1, network=0))
    first, second = question(), question()
    client.post(address(first), {"choice": "c1"})

    said = client.post(address(second), {"choice": "c1"}, headers=JSON)

    assert said.status_code == 429
    assert Response.objects.count() == 1


def test_anonymous_visitor_sees_the_question_but_no_form(client):
    asked = question(results="after_answer")
    answers(asked, "c1", "c2", "c1", "c1", "c1", "c1")

    html = shown(client, asked)

    assert asked.text in html
    assert "Ответили 6 человек." in html
    assert "<form" not in html
    assert "csrf" not in html
    assert f"/accounts/login/?next={asked.page.get_url()}%23question-{asked.pk}" in html
    assert 'class="chart"' not in html


def test_page_without_questions_says_nothing_of_them(client):
    page = pages.discussion()

    html = client.get(page.get_url()).content.decode()

    assert "questions.css" not in html
    assert 'id="questions"' not in html


def test_signed_in_resident_gets_a_fieldset_that_works_without_scripts(client, resident):
    asked = question(kind="several", help="Вспомните последний раз.")

    html = shown(client, asked)

    assert html.count('type="checkbox"') == 3
    assert re.search(rf"<legend[^>]*>\s*<h3[^>]*>{re.escape(asked.text)}</h3>\s*</legend>", html)
    assert f'action="/questions/{asked.pk}/answer/"' in html
    assert "Ответить можно один раз" in html


def test_questions_and_choices_read_in_english_where_somebody_wrote_them(client):
    asked = question(text="Как?", text_en="How?")
    asked.choices = [{"type": "choice", "value": {"text": "Так", "text_en": "So"}, "id": "c1"}]
    asked.save()

    russian, english = client.get(asked.page.get_url()), client.get(f"/en{asked.page.get_url()}")

    assert "Как?" in russian.content.decode()
    assert re.search(r'lang="en">How\?</h3>', english.content.decode())
    assert '<li lang="en">So</li>' in english.content.decode()


@pytest.mark.parametrize("who", ["anonymous", "fresh", "answered"])
def test_number_of_queries_is_the_same_for_one_question_and_thirty(client, who):
    few, many, someone = pages.discussion(), pages.discussion(), person()
    counts = []
    for page, number in ((few, 1), (many, 30)):
        for kind in (("single", "several", "scale") * 10)[:number]:
            fill(question(page, kind=kind), someone if who == "answered" else None)
        if who != "anonymous":
            client.force_login(someone)
        client.get(page.get_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(page.get_url())
        counts.append(len(queries))

    assert Question.objects.filter(page=many).count() == 30
    assert counts[0] == counts[1]


def fill(asked, someone):
    chosen, value = ((), 3) if asked.kind == "scale" else (("c1",), None)
    answers(asked, *chosen * 5, value=value)
    if someone:
        answer(asked, *chosen, person=someone, value=value)


def test_me_lists_own_answers(client, resident):
    asked, hidden = question(), question(pages.discussion(live=False))
    answer(asked, "c2", person=resident)
    Response.objects.create(question=hidden, page_id=hidden.page_id, person=resident)

    html = client.get("/me/").content.decode()

    assert "Ваши ответы на вопросы" in html
    assert f'href="{asked.page.get_url()}#question-{asked.pk}"' in html
    assert "По телефону" in html
    assert hidden.text in html
    assert f"#question-{hidden.pk}" not in html
