"""What looks as if a robot had sent it: after the work of a browser it is public, without it a moderator looks first."""

import pytest

from crowd.campaigns.models import BlockPage
from crowd.limits.models import SpentProof
from crowd.limits.rules import LIMITS, Limit
from discussions.actions import edit_comment, post_comment
from discussions.models import Comment
from discussions.rules import first_moderation, may_be_asked_for_proof
from tests.factories import pages
from tests.factories.comments import thread
from tests.factories.people import person
from tests.factories.proofs import solved

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}
LINK = "Смотрите https://example.org/"
CALM = "Нужна площадка"
NOBODY, NEWCOMERS, EVERYBODY = BlockPage.Premoderation.values
PENDING, PUBLISHED = Comment.Moderation.PENDING, Comment.Moderation.PUBLISHED
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PROOF_MAX_NUMBER = 50


def newcomer():
    return person(standing="newcomer")


def post(client, body, place=None, **fields):
    client.post(f"/threads/{(place or thread()).pk}/comments/", {"body": body} | fields)
    return Comment.objects.latest("pk").moderation


@pytest.mark.parametrize(
    ("premoderation", "standing", "unproved", "moderation"),
    [
        (NOBODY, "newcomer", False, PUBLISHED),
        (NOBODY, "newcomer", True, PENDING),
        (NOBODY, "trusted", True, PUBLISHED),
        (NEWCOMERS, "newcomer", False, PENDING),
        (NEWCOMERS, "newcomer", True, PENDING),
        (NEWCOMERS, "trusted", True, PUBLISHED),
        (EVERYBODY, "trusted", False, PENDING),
        (EVERYBODY, "newcomer", True, PENDING),
    ],
)
def test_first_moderation_by_standing_and_proof(premoderation, standing, unproved, moderation):
    block, author = BlockPage(comments_premoderation=premoderation), person(standing=standing)

    assert first_moderation(block, author, checked=False, unproved=unproved) == moderation
    assert first_moderation(block, author, checked=True, unproved=unproved) == PENDING
    asked = premoderation == NOBODY and standing == "newcomer"
    assert may_be_asked_for_proof(block, author, checked=False) is asked
    # Whose words are looked at in any case need not prove anything.
    assert not may_be_asked_for_proof(block, author, checked=True)
    assert not may_be_asked_for_proof(block, None, checked=False)


def test_an_action_holds_an_unproved_comment_back():
    place, author = thread(), newcomer()

    held = post_comment(author=author, thread=place, body=CALM, unproved=True)
    public = post_comment(author=author, thread=place, body=CALM)

    assert (held.moderation, held.seq) == (PENDING, None)
    assert (public.moderation, public.seq) == (PUBLISHED, 1)


def test_an_unproved_change_takes_a_comment_from_the_public():
    author = newcomer()
    said = post_comment(author=author, thread=thread(), body=CALM)

    changed = edit_comment(author=author, comment_id=said.pk, body=LINK, stance="", unproved=True)

    assert changed.moderation == PENDING


def test_a_link_of_a_newcomer_waits_without_the_work(client):
    client.force_login(newcomer())

    assert post(client, LINK) == PENDING
    assert post(client, CALM) == PUBLISHED


def test_a_link_of_a_newcomer_is_public_with_the_work(client):
    client.force_login(newcomer())

    assert post(client, LINK, proof=solved()) == PUBLISHED
    assert SpentProof.objects.count() == 1


def test_one_work_publishes_one_comment(client):
    client.force_login(newcomer())
    once = solved()

    assert post(client, LINK, proof=once) == PUBLISHED
    assert post(client, LINK, proof=once) == PENDING


def test_no_work_is_spent_where_nothing_is_suspicious(client):
    client.force_login(newcomer())

    assert post(client, CALM, proof=solved()) == PUBLISHED
    assert not SpentProof.objects.exists()


def test_a_link_of_somebody_trusted_is_public(client):
    client.force_login(person())

    assert post(client, LINK) == PUBLISHED


def test_a_newcomer_in_a_hurry_waits_and_may_work_for_it(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "post", Limit(seconds=DAY, person=4, network=600))
    client.force_login(newcomer())
    place = thread()

    said = [post(client, CALM, place) for _ in range(3)]

    assert said == [PUBLISHED, PUBLISHED, PENDING]
    assert post(client, CALM, place, proof=solved()) == PUBLISHED


def test_a_newcomer_in_a_busy_network_waits(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "post", Limit(seconds=DAY, person=30, network=3))
    place = thread()
    said = []
    for author in (person(), newcomer()):
        client.force_login(author)
        said.append(post(client, CALM, place))

    assert said == [PUBLISHED, PENDING]


def test_who_waits_is_told_so(client):
    client.force_login(newcomer())
    place = thread()

    page = client.post(f"/threads/{place.pk}/comments/", {"body": LINK}, follow=True)
    program = client.post(f"/threads/{place.pk}/comments/", {"body": LINK}, headers=JSON)

    assert "Спасибо. Комментарий появится, когда его посмотрит модератор." in page.content.decode()
    assert (program.status_code, program.json()["seq"]) == (201, None)


def test_a_change_that_adds_a_link_waits_without_the_work(client):
    author = newcomer()
    client.force_login(author)
    first, second = (post_comment(author=author, thread=thread(), body=CALM) for _ in range(2))

    client.post(f"/comments/{first.pk}/edit/", {"body": LINK})
    client.post(f"/comments/{second.pk}/edit/", {"body": LINK, "proof": solved()})

    assert [Comment.objects.get(pk=one.pk).moderation for one in (first, second)] == [PENDING, PUBLISHED]


@pytest.mark.parametrize(
    ("standing", "premoderation", "asked"),
    [("newcomer", NOBODY, True), ("newcomer", NEWCOMERS, False), ("trusted", NOBODY, False)],
)
def test_the_form_brings_the_task_where_it_could_matter(client, standing, premoderation, asked):
    author = person(standing=standing)
    client.force_login(author)
    place = thread(pages.discussion(comments_premoderation=premoderation))

    html = client.get(f"/threads/{place.pk}/comments/").content.decode()

    assert ('data-proof="/proof/challenge/?for=post"' in html) is asked
    assert ("<noscript>" in html.partition("<main")[2]) is asked


def test_the_form_of_a_change_brings_the_task(client):
    author = newcomer()
    client.force_login(author)
    said = post_comment(author=author, thread=thread(), body=CALM)

    assert 'data-proof="' in client.get(f"/comments/{said.pk}/edit/").content.decode()


def test_who_is_not_signed_in_is_asked_for_nothing(client):
    place = thread()

    assert "data-proof=" not in client.get(f"/threads/{place.pk}/comments/?write=1").content.decode()
    assert client.post(f"/threads/{place.pk}/comments/", {"body": LINK}).status_code == 303
