"""What is kept of a comment's HTML is never shown for another state of it."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from discussions.models import Comment
from discussions.queries import fragment
from discussions.queries.fragments import Viewing, comment_html
from discussions.queries.shown import Own, Shown
from tests.factories.comments import comment, thread

pytestmark = pytest.mark.django_db


def read(pk):
    return Comment.objects.select_related("author", "parent__author").get(pk=pk)


@pytest.fixture
def answer():
    place = thread()
    return comment(place, parent=comment(place, body="Сначала"), body="Потом")


def html(pk, **viewing):
    return comment_html(Shown(read(pk)), Viewing(**viewing))


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"body": "Совсем иначе"}, "Совсем иначе"),
        ({"voice": "expert"}, "Эксперт"),
        ({"stance": "question"}, "вопрос"),
        ({"up": 7, "support": 7}, "<b data-up>7</b>"),
        ({"pinned_at": datetime(2026, 5, 1, tzinfo=UTC)}, "Закреплён"),
        ({"edited_at": datetime(2026, 5, 1, tzinfo=UTC)}, "изменён"),
        ({"created_at": datetime(2020, 5, 1, 12, tzinfo=UTC)}, "1 мая 2020"),
        ({"moderation": "hidden"}, "Комментарий скрыт модератором."),
        ({"moderation": "deleted"}, "Автор удалил комментарий."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_change_of_the_comment_is_seen(answer, change, seen):
    before = html(answer.pk)

    Comment.objects.filter(pk=answer.pk).update(**change)

    assert seen not in before
    assert seen in html(answer.pk)


def test_change_of_names_is_seen(answer):
    before = html(answer.pk)

    for who, name in ((answer.author, "Новое Имя"), (answer.parent.author, "Другое Имя")):
        who.display_name = name
        who.save()

    assert "Новое Имя" not in before
    assert "Другое Имя" not in before
    assert "Новое Имя" in html(answer.pk)
    assert "Другое Имя" in html(answer.pk)


def test_parent_that_is_hidden_is_not_named(answer):
    name = answer.parent.author.display_name
    before = html(answer.pk)

    Comment.objects.filter(pk=answer.parent_id).update(moderation="hidden")

    assert name in before
    assert name not in html(answer.pk)


def test_readers_and_languages_are_kept_apart(answer):
    plain = html(answer.pk)
    own = comment_html(Shown(read(answer.pk), own=Own(mine=True, edit=True)))
    moderated, closed = html(answer.pk, moderates=True), html(answer.pk, closed=True)
    with translation.override("en"):
        english = html(answer.pk)

    assert html(answer.pk) == plain
    assert ("Изменить" in own, "Изменить" in plain) == (True, False)
    assert ("Модерировать" in moderated, "Модерировать" in plain) == (True, False)
    assert ("Ответить" in closed, "Ответить" in plain) == (False, True)
    assert ("In reply to" in english or "/en/" in english) is True


def test_answers_stand_beneath_and_folded_ones_are_counted(answer):
    root, beneath = read(answer.parent_id), read(answer.pk)
    before = comment_html(Shown(root, [Shown(beneath)]))

    Comment.objects.filter(pk=answer.pk).update(body="Передумал <!--answers-->")
    after = comment_html(Shown(root, [Shown(read(answer.pk))], left=12))

    assert before.count("<li") == after.count("<li") == 2
    assert "Потом" in before
    assert "Передумал &lt;!--answers--&gt;" in after
    assert ("ещё 12 ответов" in before, "ещё 12 ответов" in after) == (False, True)
    assert "<!--" not in before + after


def test_list_of_any_level_has_no_place_for_answers(answer):
    root = read(answer.parent_id)

    assert "data-answers" in comment_html(Shown(root))
    assert "data-answers" not in comment_html(Shown(root), Viewing(flat=True))


def test_text_that_waits_is_its_authors_alone(answer):
    Comment.objects.filter(pk=answer.pk).update(moderation="pending")

    to_author, to_all = fragment(read(answer.pk), to_author=True), fragment(read(answer.pk))

    assert "Потом" in to_author
    assert to_all == ""
