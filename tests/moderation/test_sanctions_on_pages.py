"""What is imposed while a page is open: forms stop, words say why, what was typed is kept; the rest goes on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.moderation.actions import lift_sanction
from crowd.moderation.models import Sanction
from crowd.moderation.queries import SANCTIONED, why_may_not
from crowd.moderation.rules import Act
from crowd.people.queries import roles_of
from ideas.models import Idea, Vote
from questions.models import Response
from services.models import Rating
from tests.factories import comments, pages, people
from tests.factories.sanctions import sanction

pytestmark = pytest.mark.django_db

Kind = Sanction.Kind
JSON = {"accept": "application/json"}


def text(response):
    return response.content.decode()


def test_a_block_stops_the_forms_of_an_open_page_and_keeps_what_was_typed(client, world):
    posts = [
        (f"/threads/{world.thread.pk}/comments/", {"body": "Что я хотел сказать"}),
        (f"/comments/{world.said.pk}/react/", {"value": "1"}),
        (f"/ideas/new/?cycle={world.cycle.pk}", {"title": "Тёплые остановки", "problem": "Что я хотел сказать"}),
        (f"/ideas/{world.idea.pk}/vote/", {"value": "1"}),
        (f"/questions/{world.question.pk}/answer/", {"choice": "c1"}),
        (f"/services/{world.service.pk}/rate/", {"score": "5", "note": "Что я хотел сказать"}),
    ]
    client.get(world.discussion.url)
    sanction(world.who, Kind.BLOCK)

    for address, typed in posts:
        page, told = client.post(address, typed), client.post(address, typed, headers=JSON)

        assert page.status_code == told.status_code == 403, address
        assert "Модератор заблокировал вас на сайте до" in text(page)
        assert told.json()["error"] == "blocked"
        assert ("Что я хотел сказать" in text(page)) == ("Что я хотел сказать" in typed.values())
    assert not Vote.objects.exists()
    assert not Response.objects.exists()
    assert not Rating.objects.exists()
    assert client.get(world.discussion.url).status_code == 200


def shows(client, world):
    """What this reader's pages offer: to comment, to answer, to rate, to vote, and whether they are kept up to date."""
    discussion = text(client.get(f"{world.discussion.url}?write=1"))
    mine = text(client.get(world.idea.get_absolute_url()))
    return {
        "comment": 'data-draft="comment-' in discussion,
        "react": f"/comments/{world.said.pk}/react/" in discussion,
        "answer": f"/questions/{world.question.pk}/answer/" in discussion,
        "rate": f"/services/{world.service.pk}/rate/" in discussion,
        "rate there": f"/services/{world.service.pk}/rate/" in text(client.get(world.service.get_absolute_url())),
        "vote": f"/ideas/{world.idea.pk}/vote/" in mine,
        "vote in list": f"/ideas/{world.idea.pk}/vote/" in text(client.get(world.cycle.url)),
        "live": "data-socket=" in discussion,
    }


@pytest.mark.parametrize(
    ("kind", "everywhere", "gone"),
    [
        (Kind.WARNING, True, set()),
        (Kind.PREMODERATION, True, set()),
        (Kind.SILENCE, False, {"comment", "react"}),
        (Kind.BLOCK, False, {"comment", "react", "answer", "rate", "rate there", "vote", "vote in list"}),
        (
            Kind.BLOCK,
            True,
            {"comment", "react", "answer", "rate", "rate there", "vote", "vote in list", "live"},
        ),
    ],
)
def test_pages_offer_what_is_still_possible(client, world, kind, everywhere, gone):
    before = shows(client, world)
    made = sanction(world.who, kind, None if everywhere else world.campaign)

    during = shows(client, world)
    lift_sanction(moderator=people.with_role("moderator"), sanction_id=made.pk)
    after = shows(client, world)

    assert before == after == dict.fromkeys(before, True)
    assert {name for name, offered in during.items() if not offered} == gone


def test_pages_say_why(client, world):
    sanction(world.who, Kind.BLOCK, world.campaign)

    for address in (
        f"{world.discussion.url}?write=1",
        world.idea.get_absolute_url(),
        world.cycle.url,
        f"/ideas/new/?cycle={world.cycle.pk}",
        world.service.get_absolute_url(),
    ):
        assert "Модератор заблокировал вас в этом проекте до" in text(client.get(address)), address
    elsewhere = pages.cycle(pages.campaign("Другой"))
    assert "заблокировал" not in text(client.get(elsewhere.url))


def test_the_page_says_that_a_comment_will_wait(client, world):
    sanction(world.who, Kind.PREMODERATION, world.campaign)

    page = text(client.get(f"{world.discussion.url}?write=1"))
    client.post(f"/threads/{world.thread.pk}/comments/", {"body": "Слова"})

    assert "Комментарий появится, когда его посмотрит модератор." in page
    assert world.thread.comments.get(author=world.who).moderation == "pending"


@pytest.mark.parametrize("kind", [Kind.SILENCE, Kind.BLOCK])
def test_own_rights_of_an_open_page_no_longer_offer_the_form(client, world, kind):
    own = comments.comment(world.thread, author=world.who)
    address = f"/threads/{world.thread.pk}/own/?ids={own.pk}"
    before = client.get(address).json()

    sanction(world.who, kind, world.campaign)

    after = client.get(address).json()
    assert (before["held"], before["comments"][str(own.pk)]["edit"]) == ("", True)
    assert after["held"].startswith("Модератор ")
    assert (after["comments"][str(own.pk)]["edit"], after["comments"][str(own.pk)]["delete"]) == (False, True)


def test_whoever_is_free_costs_no_query_on_a_page(world):
    sanction(people.person(), Kind.BLOCK)
    free, held = people.person(), people.person()
    sanction(held, Kind.BLOCK)

    with CaptureQueriesContext(connection) as of_free:
        words = why_may_not(free, Act.VOTE, world.cycle)
    assert words == ""
    # The one that reads the roles.
    assert len(of_free) == 1
    assert why_may_not(held, Act.VOTE, world.cycle) != ""
    assert why_may_not(None, Act.VOTE, world.cycle) == ""


@pytest.mark.parametrize(("when", "notes"), [({}, {SANCTIONED}), ({"starts": -2, "ends": -1}, set())])
def test_what_is_noted_with_the_roles_is_none(world, when, notes):
    expert = people.with_role("expert", world.campaign)
    sanction(expert, Kind.BLOCK, **when)

    roles = roles_of(expert)

    assert roles.by_role == {"expert": frozenset({world.campaign.pk})}
    assert roles.notes == notes
    assert not roles_of(world.who)


def test_proposing_is_refused_before_anything_is_asked_about_similar_ones(client, world):
    sanction(world.who, Kind.SILENCE, world.campaign)

    answer = client.post(f"/ideas/new/?cycle={world.cycle.pk}", {"title": "Тёплые остановки", "problem": "Холодно."})

    assert answer.status_code == 403
    assert not Idea.objects.filter(author=world.who).exists()
