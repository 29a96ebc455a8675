"""What is left of a hidden comment names the rule, and nothing else of it."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from crowd.moderation.models import Reason
from discussions.actions import hide_comment
from discussions.live.reads import rendered
from discussions.models import Comment
from discussions.queries import changes_after, latest_changes, thread_context
from tests.factories import decisions, pages, people
from tests.factories.comments import comment, thread

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}
NEUTRAL = "Комментарий скрыт модератором."
NAMED = 'Комментарий скрыт модератором: <span lang="ru">Оскорбление</span>'


@pytest.fixture
def place():
    return thread()


def answered(place, **fields):
    made = comment(place, **fields)
    comment(place, parent=made)
    return made


def hidden(place, outcome="hide", **fields):
    made = answered(place, body="Плохое слово", **fields)
    decisions.decided(made, outcome, note="Записка автору")
    return made


def page_of(client, place):
    return client.get(f"/threads/{place.pk}/comments/").content.decode()


def changes_of(client, place):
    return client.get(f"/threads/{place.pk}/comments/?after=0", headers=JSON).json()["changes"]


def test_page_branch_and_changes_name_the_rule(client, place):
    made = hidden(place)

    page, branch = page_of(client, place), client.get(f"/threads/{place.pk}/comments/?root={made.pk}").content.decode()
    [stub] = [change for change in changes_of(client, place) if change["id"] == made.pk]

    for html in (page, branch, stub["html"]):
        assert NAMED in html
        for secret in ("Плохое слово", "Записка автору", made.author.display_name):
            assert secret not in html
    assert stub["type"] == "comment.hidden"


def test_live_frames_name_the_rule_in_each_language(place):
    made = hidden(place)

    for read in (changes_after(place.pk, 0), latest_changes(place.pk, 9, 9)):
        [frame] = [change for change in rendered(read) if change.id == made.pk]
        assert NAMED in json.loads(frame.texts["ru"])["html"]
        assert '<span lang="ru">Оскорбление</span>' in json.loads(frame.texts["en"])["html"]
        assert "Плохое слово" not in "".join(frame.texts.values())


def test_the_latest_decision_is_named(client, place):
    made = hidden(place)
    decisions.decided(made, "publish")
    decisions.decided(made, "hide", slug="advertising")

    page = page_of(client, place)

    assert "Реклама" in page
    assert "Оскорбление" not in page


def test_what_was_hidden_without_a_decision_names_no_rule(client, place):
    made = hidden(place)
    decisions.decided(made, "publish")
    hide_comment(comment_id=made.pk, actor_id=None)

    page = page_of(client, place)

    assert NEUTRAL in page
    assert "Оскорбление" not in page


@pytest.mark.parametrize(
    ("moderation", "said"),
    [
        ("deleted", "Автор удалил комментарий."),
        ("pending", "Комментарий снова ждёт модератора."),
        ("rejected", NAMED),
    ],
)
def test_only_what_a_moderator_took_names_a_rule(client, place, moderation, said):
    made = hidden(place)
    Comment.objects.filter(pk=made.pk).update(moderation=moderation)

    page = page_of(client, place)

    assert said in page
    assert ("Оскорбление" in page) == (said == NAMED)


def test_without_answers_nothing_is_left(client, place):
    made = comment(place, body="Плохое слово")
    decisions.decided(made)

    [gone] = [change for change in changes_of(client, place) if change["id"] == made.pk]

    assert gone["html"] == ""
    assert "Оскорбление" not in page_of(client, place)


def test_a_stub_that_is_kept_is_not_shown_for_another_rule(client, place):
    hidden(place)
    before = page_of(client, place)

    Reason.objects.filter(slug="insult").update(name="Грубость")

    assert "Оскорбление" in before
    assert "Грубость" in page_of(client, thread(pages.DiscussionPage.objects.get(pk=place.host_id)))


@pytest.mark.parametrize("signed_in", [False, True])
def test_thirty_stubs_ask_one_query_like_one(rf, signed_in):
    few, many = thread(), thread()
    hidden(few)
    for _ in range(30):
        hidden(many)

    def count(place):
        request = rf.get("/")
        request.session, request.user = {}, people.person() if signed_in else AnonymousUser()
        with CaptureQueriesContext(connection) as queries:
            html = render_to_string("discussions/_thread.html", thread_context(place, request))
        return len(queries), html.count(NAMED)

    assert count(few) == (6 if signed_in else 3, 1)
    assert count(many) == (6 if signed_in else 3, 20)


def test_changes_ask_one_query_for_all_stubs(place):
    for _ in range(10):
        hidden(place)

    with CaptureQueriesContext(connection) as queries:
        changes_after(place.pk, 0)

    assert len(queries) == 2
