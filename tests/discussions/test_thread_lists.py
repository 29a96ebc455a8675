import re

import pytest

from discussions.actions import hide_comment, pin_comment, set_voice
from tests.discussions.thread_page import JSON, address, host_url, said_in
from tests.factories.comments import answers, comment, comments, thread
from tests.factories.people import with_role

pytestmark = pytest.mark.django_db


def test_orders_are_links_of_which_one_is_the_present(client):
    place = thread()
    comments(place, 3)

    found = {order: client.get(address(place, f"?order={order}")).content.decode() for order in ("new", "old", "best")}

    assert [said_in(page) for page in found.values()] == [[3, 2, 1], [1, 2, 3], [3, 2, 1]]
    present = [re.findall(r'aria-current="true">([^<]+)<', page) for page in found.values()]
    assert present == [["Сначала новые"], ["Сначала старые"], ["Сначала новые"]]
    assert f'<a rel="nofollow" href="{address(place)}?order=top#thread">Самые поддержанные</a>' in found["new"]


@pytest.mark.parametrize(("order", "nothing"), [("experts", "Эксперты пока"), ("questions", "Вопросов пока нет")])
def test_list_of_one_kind_says_so_when_it_is_empty(client, order, nothing):
    place = thread()
    comment(place)

    page = client.get(address(place, f"?order={order}")).content.decode()

    assert nothing in page
    assert "data-comment=" not in page


def test_marks(client):
    place = thread()
    moderator = with_role("moderator")
    plain, expert, official, pinned = (comment(place) for _ in range(4))
    set_voice(actor=moderator, comment_id=expert.pk, voice="expert")
    set_voice(actor=moderator, comment_id=official.pk, voice="official")
    pin_comment(actor=moderator, comment_id=pinned.pk)

    page = client.get(host_url(place)).content.decode()

    marks = {
        pk: re.findall(r'class="badge[^>]*>([^<]+)<', page.split(f'id="comment-{pk}"')[1].split("</article>")[0])
        for pk in (plain.pk, expert.pk, official.pk, pinned.pk)
    }
    assert marks == {plain.pk: [], expert.pk: ["Эксперт"], official.pk: ["Официально"], pinned.pk: ["Закреплён"]}
    assert page.index(f'id="comment-{pinned.pk}"') < page.index(f'id="comment-{official.pk}"')


def test_folded_answers_are_behind_a_link_to_their_branch(client):
    place = thread()
    first = comment(place)
    answers(first, 14)

    page = client.get(host_url(place)).content.decode()
    branch = client.get(address(place, f"?root={first.pk}")).content.decode()

    assert f'<a rel="nofollow" href="{address(place)}?root={first.pk}#comment-{first.pk}">ещё 12 ответов</a>' in page
    assert said_in(page) == [2, 3]
    assert said_in(branch) == list(range(2, 16))
    assert f'data-branch="{first.pk}"' in branch
    assert f'href="{address(place)}?parent={first.pk}#comment-form">Ответить</a>' in branch


@pytest.mark.parametrize("root", ["answer", "elsewhere", "hidden", "unknown"])
def test_branch_that_is_none(client, root):
    place = thread()
    first = comment(place)
    hidden = comment(place)
    hide_comment(comment_id=hidden.pk, actor_id=None)
    found = {"answer": comment(place, parent=first), "elsewhere": comment(), "hidden": hidden}.get(root)

    assert client.get(address(place, f"?root={found.pk if found else 999999}")).status_code == 404


@pytest.mark.parametrize("query", ["?from=x", "?from=-1", "?order=top&from=7", "?from=" + "9" * 40, "?to=x", "?to=1"])
def test_cursor_that_makes_no_sense_is_as_if_it_were_not_there(client, query):
    place = thread()
    comments(place, 3)

    answer = client.get(address(place, query))

    assert (answer.status_code, sorted(said_in(answer.content.decode()))) == (200, [1, 2, 3])


def test_stub_is_told_to_open_pages(client):
    place = thread()
    first = comment(place, body="Плохое слово")
    comment(place, parent=first)
    hide_comment(comment_id=first.pk, actor_id=None)

    (_answer, hidden) = client.get(address(place, "?after=1"), headers=JSON).json()["changes"]

    assert (hidden["type"], hidden["id"]) == ("comment.hidden", first.pk)
    assert "Комментарий скрыт модератором." in hidden["html"]
    assert "Плохое слово" not in hidden["html"]
