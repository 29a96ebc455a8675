"""Deciding about several cases with one reason: each by itself, and nothing lost of what was typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.moderation.models import Decision, Reason
from discussions.models import Comment
from ideas.models import Idea
from tests.factories import comments, ideas, pages, people
from tests.factories.cases import escalated
from tests.factories.flags import decided, flag, kind_of

pytestmark = pytest.mark.django_db

Moderation = Idea.Moderation
MANY = "/admin/moderation/many/"


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def thread(campaign):
    return comments.thread(pages.discussion(campaign))


@pytest.fixture
def moderator(client, campaign):
    person = people.with_role("moderator", campaign)
    client.force_login(person)
    return person


def pending(cycle, **fields):
    return ideas.idea(cycle, moderation=Moderation.PENDING, **fields)


def pending_comment(thread, body="Слова"):
    said = comments.comment(thread, body=body)
    Comment.objects.filter(pk=said.pk).update(moderation=Comment.Moderation.PENDING)
    return said


def rule():
    return Reason.objects.get(slug="advertising").pk


def send(client, posts, outcome, *, seen=0, **fields):
    names = [f"{kind_of(post)}:{post.pk}:{seen}" for post in posts]
    return client.post(MANY, {"case": names, "outcome": outcome, **fields})


def states(*posts):
    for post in posts:
        post.refresh_from_db()
    return [post.moderation for post in posts]


@pytest.mark.usefixtures("moderator")
def test_all_that_were_ticked_are_published(client, cycle, thread):
    mine, said, flagged, other = pending(cycle), pending_comment(thread), ideas.idea(cycle), pending(cycle)
    flag(flagged)

    done = send(client, [mine, said, flagged], "publish")
    said_then = client.get("/admin/moderation/").content.decode()

    assert (done.status_code, done["Location"]) == (302, "/admin/moderation/")
    assert states(mine, said, flagged, other) == ["published", "published", "published", "pending"]
    assert list(Decision.objects.order_by("pk").values_list("outcome", flat=True)) == ["publish", "publish", "keep"]
    assert "Решено записей: 3." in said_then


@pytest.mark.usefixtures("moderator")
def test_hiding_several_asks_once(client, cycle, thread):
    mine, said = pending(cycle, title="Ждущая идея"), comments.comment(thread, body="Купите слона")
    flag(said)

    asked = send(client, [mine, said], "hide", reason=rule(), note="Это реклама.")
    nothing = states(mine, said)
    done = send(client, [mine, said], "hide", reason=rule(), note="Это реклама.", sure="1")

    html = asked.content.decode()
    assert (asked.status_code, nothing) == (200, ["pending", "published"])
    assert ("Ждущая идея" in html, "Купите слона" in html, 'value="Это реклама."' in html) == (True, True, True)
    assert ("Да, скрыть отмеченные" in html, f'value="{rule()}" selected' in html) == (True, True)
    assert (done.status_code, states(mine, said)) == (302, ["rejected", "hidden"])
    assert set(Decision.objects.values_list("reason__slug", "note")) == {("advertising", "Это реклама.")}


@pytest.mark.usefixtures("moderator")
def test_hiding_one_asks_nothing(client, cycle):
    mine = pending(cycle)

    done = send(client, [mine], "hide", reason=rule())

    assert (done.status_code, states(mine)) == (302, ["rejected"])


@pytest.mark.usefixtures("moderator")
def test_what_cannot_be_decided_is_named_and_the_rest_is(client, campaign, cycle, thread):
    elsewhere = pending(pages.cycle(pages.campaign("Там")), title="Чужая идея")
    mine, said, quicker = (
        pending(cycle),
        pending_comment(thread, "Ничего не исправить"),
        pending(cycle, title="Решённая"),
    )
    decided(quicker, "reject")
    posts = [mine, said, quicker, elsewhere]

    answer = send(client, posts, "needs_work", reason=rule(), note="Поправьте.", sure="1")

    html = answer.content.decode()
    assert (answer.status_code, states(*posts)) == (409, ["needs_work", "pending", "rejected", "pending"])
    assert ("Решено записей: 1." in html, "Не решено записей: 3." in html) == (True, True)
    assert "С этой записью так решить нельзя" in html
    assert "По этой записи решение уже принято: отклонить (модератор, " in html
    assert ("Такой записи нет." in html, "Чужая идея" in html) == (True, False)
    assert ('value="Поправьте."' in html, f'value="{rule()}" selected' in html) == (True, True)
    left = [f'value="{kind_of(post)}:{post.pk}:0" checked' in html for post in posts]
    assert left == [False, True, True, True]


def test_what_somebody_handed_on_is_somebody_elses(client, cycle, moderator):
    mine, other = pending(cycle), pending(cycle)
    escalated(mine, moderator)

    answer = send(client, [mine, other], "publish")

    assert (answer.status_code, states(mine, other)) == (409, ["pending", "published"])
    assert "Вы передали эту запись" in answer.content.decode()


@pytest.mark.usefixtures("moderator")
def test_what_its_state_does_not_allow_is_not_called_decided(client, thread):
    said = comments.comment(thread)
    flag(said)
    kept = decided(said, "keep")
    flag(said)

    html = send(client, [said], "needs_work", reason=rule(), seen=kept.pk).content.decode()

    assert ("так решить нельзя" in html, "решение уже принято" in html) == (True, False)


@pytest.mark.usefixtures("moderator")
def test_what_was_decided_since_the_page_is_not_overruled(client, cycle):
    flagged = ideas.idea(cycle)
    flag(flagged)
    kept = decided(flagged, "keep")
    flag(flagged)

    late = send(client, [flagged], "hide", reason=rule())
    on_time = send(client, [flagged], "hide", reason=rule(), seen=kept.pk)

    assert (late.status_code, on_time.status_code, states(flagged)) == (409, 302, ["hidden"])


@pytest.mark.parametrize(
    ("outcome", "fields", "said"),
    [
        ("hide", {}, "Выберите причину"),
        ("needs_work", {}, "Выберите причину"),
        ("hide", {"reason": "999999"}, "Выберите корректный вариант"),
        ("keep", {}, "Выберите, что сделать с отмеченными."),
        ("", {}, "Выберите, что сделать с отмеченными."),
        ("publish", {"note": "а" * 1001}, "не более 1000"),
    ],
)
@pytest.mark.usefixtures("moderator")
def test_what_is_missing_is_said_before_anything_is_decided(client, cycle, outcome, fields, said):
    mine = pending(cycle, title="Названная")

    refused = send(client, [mine, pending(cycle)], outcome, **({"note": "Слова автору."} | fields))

    html = refused.content.decode()
    assert (refused.status_code, Decision.objects.count()) == (422, 0)
    assert (said in html, "Названная" in html) == (True, True)
    assert fields.get("note", "Слова автору.") in html


@pytest.mark.parametrize("names", [[], ["idea"], ["idea:x:0"], ["idea:1"], [":::"]])
@pytest.mark.usefixtures("moderator")
def test_nothing_ticked_is_said(client, names):
    refused = client.post(MANY, {"case": names, "outcome": "publish"})

    assert (refused.status_code, "Отметьте записи" in refused.content.decode()) == (422, True)


@pytest.mark.usefixtures("moderator")
def test_more_than_fifty_are_none(client, cycle):
    mine = pending(cycle)
    names = [f"idea:{mine.pk}:0", *(f"idea:{10**9 + number}:0" for number in range(50))]

    refused = client.post(MANY, {"case": names, "outcome": "publish"})

    assert (refused.status_code, states(mine)) == (422, ["pending"])
    assert "не больше 50" in refused.content.decode()


@pytest.mark.usefixtures("moderator")
def test_ticked_twice_is_decided_once(client, cycle):
    mine = pending(cycle)

    done = send(client, [mine, mine], "publish")

    assert (done.status_code, Decision.objects.count()) == (302, 1)


@pytest.mark.parametrize("role", ["editor", "expert", "operator", "body", "approver"])
def test_other_roles_decide_nothing(client, campaign, cycle, role):
    mine = pending(cycle)
    client.force_login(people.with_role(role, campaign))

    refused = send(client, [mine], "publish")

    assert (refused.status_code in {302, 403}, refused.get("Location")) in {(True, "/admin/"), (True, None)}
    assert states(mine) == ["pending"]


@pytest.mark.usefixtures("moderator")
def test_the_queue_has_a_box_for_each_and_what_the_page_knew(client, cycle):
    flagged, mine = ideas.idea(cycle), pending(cycle)
    flag(flagged)
    kept = decided(flagged, "keep")
    flag(flagged)

    page = client.get("/admin/moderation/").content.decode()

    for name in (f"idea:{flagged.pk}:{kept.pk}", f"idea:{mine.pk}:0"):
        assert f'<input type="checkbox" name="case" value="{name}" form="many">' in page


@pytest.mark.usefixtures("moderator")
def test_asking_reads_the_same_for_one_and_thirty(client, cycle, thread):
    def count(posts):
        with CaptureQueriesContext(connection) as queries:
            send(client, posts, "hide", reason=rule())
        return len(queries)

    few = [pending(cycle), pending_comment(thread)]
    many = [pending(cycle) for _ in range(15)] + [pending_comment(thread) for _ in range(15)]
    count(few)

    assert count(few) == count(many)
