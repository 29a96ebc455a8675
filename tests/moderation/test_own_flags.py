"""What somebody has flagged, at `/me/` and on a page of its own: how it ended, and no text that is hidden."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.moderation.flag_queries import flags_of, with_public_posts
from discussions.actions import delete_comment
from discussions.models import Thread
from tests.factories import comments, ideas, pages, people
from tests.factories.flags import decided, flag

pytestmark = pytest.mark.django_db

ADDRESSES = ("/me/", "/me/flags/")


@pytest.fixture
def who(client):
    person = people.person()
    client.force_login(person)
    return person


def text(client, address):
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    ("outcome", "said", "shown"),
    [(None, "ждёт решения", True), ("keep", "отклонена", True), ("hide", "принята", False)],
)
@pytest.mark.parametrize("make", [ideas.idea, comments.comment], ids=["idea", "comment"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_flag_says_how_it_ended_and_shows_what_is_public(client, who, make, outcome, said, shown, address):
    words = {"problem": "Сосновая шишка"} if make is ideas.idea else {"body": "Сосновая шишка"}
    post = make(**words)
    flag(post, who, note="Это неправда")
    if outcome:
        decided(post, outcome)

    page = text(client, address)

    assert f"<b>{said}</b>" in page
    assert ("Сосновая шишка" in page) == shown
    assert ("Сейчас этой записи на сайте не видно." in page) == (not shown)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_public_for_another_reason_is_not_shown_either(client, who, address):
    deleted, of_hidden, of_draft = (comments.comment(body=f"Тайна {number}") for number in range(3))
    host = ideas.idea(problem="Тайна идеи")
    beneath = comments.comment(Thread.objects.get(host_kind="idea", host_id=host.pk), body="Тайна под идеей")
    cycle = pages.cycle()
    taken_down = ideas.idea(cycle, problem="Тайна сбора")
    for post in (deleted, of_hidden, of_draft, beneath, taken_down):
        flag(post, who)
    delete_comment(author=deleted.author, comment_id=deleted.pk)
    decided(of_hidden, "hide")
    decided(host, "hide")
    of_draft.thread.block.specific.unpublish()
    cycle.unpublish()

    page = text(client, address)

    assert "Тайна" not in page
    assert page.count("Сейчас этой записи на сайте не видно.") == 5


@pytest.mark.parametrize("address", ADDRESSES)
def test_others_flags_are_not_there(client, who, address):
    post = comments.comment(body="Сосновая шишка")
    flag(post, people.person())

    assert "Сосновая шишка" not in text(client, address)


def test_without_flags_there_is_no_section_and_the_page_says_what_to_do(client, who):
    assert "Ваши жалобы" not in text(client, "/me/")
    assert "Вы ни на что не жаловались." in text(client, "/me/flags/")


def test_me_shows_the_latest_and_leads_to_all_of_them(client, who):
    thread = comments.thread()
    posts = [comments.comment(thread, body=f"Запись {number:02}.") for number in range(25)]
    for post in posts:
        flag(post, who)

    section, first, second = (text(client, address) for address in ("/me/", "/me/flags/", "/me/flags/?page=2"))

    def shown(page):
        return [number for number in range(25) if f"Запись {number:02}." in page]

    assert shown(section) == list(range(20, 25))
    assert 'href="/me/flags/"' in section
    assert (shown(first), shown(second)) == (list(range(5, 25)), list(range(5)))


def test_a_flag_leads_to_its_own_page(client, who):
    post = ideas.idea()
    flag(post, who)
    address = f"/flags/new/?kind=idea&amp;id={post.pk}"

    assert f'href="{address}"' in text(client, "/me/flags/")
    assert "Ваша жалоба" in text(client, address.replace("&amp;", "&"))


def test_as_many_queries_for_one_as_for_thirty(who):
    thread, cycle = comments.thread(), pages.cycle()

    def asked():
        with CaptureQueriesContext(connection) as queries:
            with_public_posts(flags_of(who))
        return len(queries)

    flag(comments.comment(thread), who)
    flag(ideas.idea(cycle), who)
    of_one = asked()
    for _ in range(15):
        flag(comments.comment(thread), who)
        flag(ideas.idea(cycle), who)

    assert asked() == of_one
