"""Every link to a comment leads to a page that holds it."""

import re

import pytest

from crowd.campaigns.models import BlockPage
from discussions.actions import delete_comment, edit_comment, hide_comment, open_thread, pin_comment
from discussions.models import Comment
from tests.factories import pages
from tests.factories.comments import answers, comment, comments, thread
from tests.factories.ideas import idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db


def follow(client, said):
    """Open the comment's address; return the page it leads to, having seen that the comment is on it once."""
    answer = client.get(f"/comments/{said.pk}/")
    assert answer.status_code == 302
    page, anchor = answer["Location"].split("#")
    assert anchor == f"comment-{said.pk}"
    html = client.get(page).content.decode()
    assert html.count(f'id="comment-{said.pk}"') == 1
    return page, html


def test_comment_on_the_first_page_is_on_its_host(client):
    place = thread()
    said = comments(place, 20)[0]

    assert follow(client, said)[0] == place.block.url


def test_older_comment_is_on_a_page_of_the_thread_with_newer_ones_above(client):
    place = thread()
    said = comments(place, 90)[10]

    page, html = follow(client, said)

    assert page == f"/threads/{place.pk}/comments/?from=16"
    assert re.findall(r"Сообщение (\d+)<", html)[:6] == ["15", "14", "13", "12", "11", "10"]


def test_every_comment_of_a_thread_is_found(client):
    place = thread()
    written = comments(place, 45)
    for number in (5, 30):
        pin_comment(actor=with_role("moderator"), comment_id=written[number].pk)
    for number in (7, 40, 44):
        hide_comment(comment_id=written[number].pk, actor_id=None)

    for said in Comment.objects.visible().filter(thread=place):
        follow(client, said)


def test_answer_that_is_unfolded_is_where_its_first_comment_is(client):
    place = thread()
    first, second = comment(place), comment(place)
    unfolded = answers(first, 2)[1]
    old = answers(second, 1)[0]
    comments(place, 30)

    assert follow(client, unfolded)[0] == f"/threads/{place.pk}/comments/?from=9"
    assert follow(client, old)[0] == f"/threads/{place.pk}/comments/?from=10"


def test_answer_that_is_folded_away_is_in_its_branch(client):
    place = thread()
    first = comment(place)
    written = answers(first, 110)
    for number in (10, 60):
        hide_comment(comment_id=written[number].pk, actor_id=None)
    branch = f"/threads/{place.pk}/comments/?root={first.pk}"

    assert follow(client, written[1])[0] == place.block.url
    assert follow(client, written[2])[0] == branch
    assert follow(client, written[49])[0] == branch
    assert follow(client, written[50])[0] == f"{branch}&from=50"
    assert follow(client, written[109])[0] == f"{branch}&from=100"


def test_answer_beneath_a_pinned_or_a_hidden_comment_is_found(client):
    place = thread()
    pinned, hidden = comment(place), comment(place)
    beneath = [answers(pinned, 1)[0], answers(hidden, 1)[0]]
    pin_comment(actor=with_role("moderator"), comment_id=pinned.pk)
    hide_comment(comment_id=hidden.pk, actor_id=None)
    comments(place, 30)

    assert follow(client, beneath[0])[0] == place.block.url
    assert follow(client, beneath[1])[0].startswith(f"/threads/{place.pk}/comments/?from=")


def test_comment_of_an_idea_is_on_the_idea(client):
    host = idea()
    place = open_thread(host_kind="idea", host_id=host.pk, block=host.cycle)

    assert follow(client, comment(place))[0] == host.get_absolute_url()


def test_comment_that_waits_is_found_by_its_author_only(client):
    place = thread(pages.discussion(comments_premoderation="everybody"))
    said = comment(place)

    assert client.get(f"/comments/{said.pk}/").status_code == 404
    client.force_login(said.author)
    assert follow(client, said)[0] == place.block.url


def test_comment_that_waits_again_is_found_by_its_author_above_its_answers_too(client):
    place = thread()
    said = comment(place)
    comment(place, parent=said)
    BlockPage.objects.update(comments_premoderation="everybody")
    edit_comment(author=said.author, comment_id=said.pk, body="Иначе", stance="")
    said.refresh_from_db()
    client.force_login(said.author)

    _page, html = follow(client, said)

    assert said.moderation == "pending"
    assert "Иначе" in html
    client.logout()
    stranger = client.get(place.block.url).content.decode()
    assert "Иначе" not in stranger
    assert "Комментарий снова ждёт модератора." in stranger


@pytest.mark.parametrize("take_away", ["hide", "delete", "unpublish"])
def test_comment_that_is_gone_has_no_page(client, take_away):
    place = thread()
    said = comment(place)
    comment(place, parent=said)
    client.force_login(said.author)
    if take_away == "hide":
        hide_comment(comment_id=said.pk, actor_id=None)
    elif take_away == "delete":
        delete_comment(author=said.author, comment_id=said.pk)
    else:
        place.block.unpublish()

    for address in (f"/comments/{said.pk}/", f"/comments/{said.pk}/history/"):
        assert client.get(address).status_code == 404


def test_address_in_the_other_language_stays_in_it(client):
    place = thread()
    said = comments(place, 30)[0]

    answer = client.get(f"/en/comments/{said.pk}/")

    assert answer["Location"] == f"/en/threads/{place.pk}/comments/?from=6#comment-{said.pk}"


def test_post_leads_straight_to_the_comment(client):
    place = thread()
    first = comment(place)
    written = answers(first, 60)
    client.force_login(person())

    answer = client.post(f"/threads/{place.pk}/comments/", {"body": "Шестьдесят первый", "parent": written[-1].pk})

    said = Comment.objects.get(body="Шестьдесят первый")
    assert answer["Location"] == f"/threads/{place.pk}/comments/?root={first.pk}&from=50#comment-{said.pk}"
