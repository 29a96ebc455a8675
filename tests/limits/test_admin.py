import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.limits.models import LimitSetting
from crowd.limits.rules import LIMITS, NAMES
from tests.factories import people

pytestmark = pytest.mark.django_db

TABLE = "/admin/limits/"
POST = "/admin/limits/post/"


@pytest.fixture
def administrator(client):
    client.force_login(people.person(is_superuser=True))
    return client


def words(response):
    return " ".join(response.content.decode().split())


def test_the_table_names_every_rule_with_what_holds_and_what_is_usual(administrator):
    LimitSetting.objects.create(rule="vote", person=7, network=0)

    html = words(administrator.get(TABLE))

    assert [name for name in NAMES.values() if str(name) not in html] == []
    assert "<b>7</b> (обычно 60)" in html
    assert "<b>не считается</b> (обычно 1200)" in html
    assert "<td>10 минут</td> <td> 30 </td> <td> 600 </td>" in html
    assert html.count("Вернуть как было") == 1


def test_the_table_costs_the_same_however_many_rules_are_changed(administrator, django_assert_num_queries):
    administrator.get(TABLE)
    with CaptureQueriesContext(connection) as few:
        administrator.get(TABLE)
    LimitSetting.objects.bulk_create(LimitSetting(rule=rule, person=1) for rule in LIMITS)

    with django_assert_num_queries(len(few)):
        administrator.get(TABLE)


def test_a_change_is_saved_and_holds(administrator):
    response = administrator.post(POST, {"person": "12", "network": "0"}, follow=True)

    assert response.redirect_chain == [(TABLE, 302)]
    assert "Сохранено: «Идеи, комментарии и их правки». Уже действует." in words(response)
    assert list(LimitSetting.objects.values_list("rule", "person", "network")) == [("post", 12, 0)]


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("301", "Не больше 300: это предел, за которым правило уже не защищает."),
        ("-1", "Укажите число от 0."),
        ("много", "Укажите целое число."),
        ("", "Укажите число."),
        ("9" * 30, "Не больше 300: это предел, за которым правило уже не защищает."),
    ],
)
def test_nonsense_is_refused_in_words_and_stays_in_the_field(administrator, person, said):
    response = administrator.post(POST, {"person": person, "network": "600"})

    assert response.status_code == 422
    assert said in words(response)
    assert f'value="{person}"' in words(response) or not person
    assert not LimitSetting.objects.exists()


def test_the_form_says_what_may_be_said(administrator):
    html = words(administrator.get(POST))

    assert "Обычно 30. От 1 до 300; 0 — не считать." in html
    assert "Обычно 10. От 1 до 100." in words(administrator.get("/admin/limits/sign_in/"))


def test_a_side_that_is_never_counted_is_not_asked_for(administrator):
    response = administrator.get("/admin/limits/share_picture/")

    assert list(response.context["form"].fields) == ["network"]


def test_a_rule_is_put_back_by_one_press(administrator):
    LimitSetting.objects.create(rule="post", person=7, network=0)
    assert "Вернуть как было" in words(administrator.get(POST))

    response = administrator.post(f"{POST}restore/", follow=True)

    assert response.redirect_chain == [(TABLE, 302)]
    assert list(LimitSetting.objects.values_list("person", "network")) == [(None, None)]
    assert "Вернуть как было" not in words(administrator.get(POST))


def test_an_unknown_rule_has_no_page(administrator):
    assert administrator.get("/admin/limits/nonsense/").status_code == 404
    assert administrator.post("/admin/limits/nonsense/restore/").status_code == 404


def test_who_administers_nothing_neither_sees_nor_changes_limits(client):
    client.force_login(people.with_role("moderator"))

    statuses = [client.get(TABLE), client.get(POST), client.post(POST, {"person": "0"}), client.post(f"{POST}restore/")]

    assert [response.status_code for response in statuses] == [403, 403, 403, 403]
    assert TABLE not in words(client.get("/admin/"))
    assert not LimitSetting.objects.exists()


def test_the_menu_leads_an_administrator_there(administrator):
    assert f'"{TABLE}"' in words(administrator.get("/admin/"))
