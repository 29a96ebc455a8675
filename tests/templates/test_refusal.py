import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from crowd.errors import Invalid, LimitReached, NotAllowed, PhaseClosed
from crowd.views import csrf_failure, refusal

pytestmark = pytest.mark.django_db

TYPED = {"title": "Зимник", "problem": "Лёд\nвстал", "cycle": "4", "csrfmiddlewaretoken": "x"}


def page(error, data=TYPED, **headers):
    request = RequestFactory().post("/ideas/new/?cycle=4", data, **headers)
    request.user = AnonymousUser()
    answer = csrf_failure(request) if error is None else refusal(request, error)
    return answer.status_code, " ".join(answer.content.decode().split())


def test_limit_offers_to_send_the_same_again():
    status, html = page(LimitReached(retry_after=130))

    assert status == 429
    assert "Повторить можно через 3 минут" in html
    assert '<form method="post" action="/ideas/new/?cycle=4">' in html
    assert '<input type="hidden" name="cycle" value="4">' in html


def test_stale_token_offers_to_send_the_same_again():
    status, html = page(None)

    assert status == 403
    assert "Отправить снова" in html


@pytest.mark.parametrize("error", [PhaseClosed(), NotAllowed()])
def test_what_time_will_not_mend_only_gives_the_text_back(error):
    status, html = page(error)

    assert status == error.status
    assert "Отправить снова" not in html
    assert 'readonly value="Зимник"' in html
    assert 'readonly rows="6">Лёд встал</textarea>' in html


def test_what_the_form_carried_is_not_shown_as_typed():
    _status, html = page(PhaseClosed())

    assert 'readonly value="4"' not in html
    assert 'name="csrfmiddlewaretoken" value="x"' not in html


def test_a_form_whose_password_was_left_out_is_not_offered_again():
    _status, html = page(LimitReached(retry_after=5), {"email": "a@example.org", "password1": "secret-word"})

    assert "Отправить снова" not in html
    assert "secret-word" not in html
    assert 'readonly value="a@example.org"' in html


def test_errors_of_fields_are_named_as_the_form_names_them():
    _status, html = page(Invalid(fields={"title": ["Слишком длинно."]}))

    assert "<li> Название: Слишком длинно. </li>" in html


def test_the_way_back_leads_only_to_this_site():
    _status, ours = page(PhaseClosed(), headers={"referer": "http://testserver/services/"})
    _status, foreign = page(PhaseClosed(), headers={"referer": "https://evil.example/"})

    assert 'href="http://testserver/services/"' in ours
    assert "evil.example" not in foreign


def test_typed_text_is_escaped():
    _status, html = page(PhaseClosed(), {"title": '"><script>alert(1)</script>', "body": "</textarea><script>x\n"})

    assert "<script>alert" not in html
    assert "</textarea><script>" not in html
