"""Ideas that look as if a robot had sent them wait for a moderator, unless the browser did its work."""

import pytest

from crowd.campaigns.models import BlockPage
from crowd.limits.models import SpentProof
from ideas.actions import IdeaText, edit_idea, keep_draft, submit_idea
from ideas.models import Idea, IdeaCyclePage
from ideas.rules import first_state, may_be_asked_for_proof
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person
from tests.factories.proofs import solved

pytestmark = pytest.mark.django_db

NOBODY, NEWCOMERS, EVERYBODY = BlockPage.Premoderation.values
PENDING, PUBLISHED = Idea.Moderation.PENDING, Idea.Moderation.PUBLISHED
TYPED = {"title": "Запись к врачу по телефону", "problem": "Талонов нет.", "solution": "Лист ожидания."}
LINK = TYPED | {"solution": "Как на https://example.org/"}


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PROOF_MAX_NUMBER = 50


@pytest.fixture
def cycle():
    return pages.cycle(ideas_premoderation=NOBODY)


@pytest.fixture
def newcomer(client):
    author = person(standing="newcomer")
    client.force_login(author)
    return author


def propose(client, cycle, typed, **fields):
    client.post(f"/ideas/new/?cycle={cycle.pk}", typed | {"similar_seen": "all"} | fields)
    return Idea.objects.latest("pk").moderation


@pytest.mark.parametrize(
    ("premoderation", "standing", "unproved", "state"),
    [
        (NOBODY, "newcomer", False, PUBLISHED),
        (NOBODY, "newcomer", True, PENDING),
        (NOBODY, "trusted", True, PUBLISHED),
        (NEWCOMERS, "newcomer", False, PENDING),
        (NEWCOMERS, "trusted", True, PUBLISHED),
        (EVERYBODY, "trusted", False, PENDING),
    ],
)
def test_first_state_by_standing_and_proof(premoderation, standing, unproved, state):
    place, author = IdeaCyclePage(ideas_premoderation=premoderation), person(standing=standing)

    asked = premoderation == NOBODY and standing == "newcomer"
    assert first_state(place, author, checked=False, unproved=unproved) == state
    assert first_state(place, author, checked=True, unproved=unproved) == PENDING
    assert may_be_asked_for_proof(place, author, checked=False) is asked
    # Whose words are looked at in any case need not prove anything.
    assert not may_be_asked_for_proof(place, author, checked=True)
    assert not may_be_asked_for_proof(place, None, checked=False)


def test_an_action_holds_an_unproved_idea_back(cycle, newcomer):
    text = IdeaText(title=TYPED["title"], problem=TYPED["problem"])

    assert submit_idea(author=newcomer, cycle=cycle, text=text, unproved=True).moderation == PENDING


def test_an_unproved_change_takes_an_idea_from_the_public(cycle, newcomer):
    mine = idea(cycle, author=newcomer)
    text = IdeaText(title=TYPED["title"], problem=TYPED["problem"])

    assert edit_idea(author=newcomer, idea_id=mine.pk, text=text, unproved=True).moderation == PENDING


@pytest.mark.parametrize(("typed", "moderation"), [(TYPED, PUBLISHED), (LINK, PENDING)])
def test_an_idea_with_a_link_waits_without_the_work(client, cycle, newcomer, typed, moderation):
    assert propose(client, cycle, typed) == moderation


def test_an_idea_with_a_link_is_public_with_the_work_once(client, cycle, newcomer):
    once = solved()

    first = propose(client, cycle, LINK, proof=once)
    second = propose(client, cycle, LINK | {"title": "Другая идея о другом"}, proof=once)

    assert (first, second) == (PUBLISHED, PENDING)


def test_who_waits_is_told_so(client, cycle, newcomer):
    address = f"/ideas/new/?cycle={cycle.pk}"

    page = client.post(address, LINK | {"similar_seen": "all"}, follow=True)

    assert "Её увидят все, как только посмотрит модератор." in page.content.decode()


def test_a_refused_form_spends_no_work(client, cycle, newcomer):
    refused = client.post(f"/ideas/new/?cycle={cycle.pk}", LINK | {"title": "", "proof": solved()})

    assert refused.status_code == 422
    assert not SpentProof.objects.exists()


def test_the_question_before_sending_brings_the_task(client, cycle, newcomer):
    keep_draft(author=newcomer, cycle=cycle, text=IdeaText(title=TYPED["title"], problem=TYPED["problem"]))

    html = client.get(f"/ideas/new/similar/?cycle={cycle.pk}").content.decode()

    assert 'data-proof="/proof/challenge/?for=post"' in html


def test_a_change_that_adds_a_link_waits_without_the_work(client, cycle, newcomer):
    first, second = (idea(cycle, author=newcomer, title=title) for title in ("Одна", "Другая"))

    client.post(f"/ideas/{first.pk}/edit/", LINK)
    client.post(f"/ideas/{second.pk}/edit/", LINK | {"proof": solved()})

    assert [Idea.objects.get(pk=one.pk).moderation for one in (first, second)] == [PENDING, PUBLISHED]


@pytest.mark.parametrize(
    ("standing", "premoderation", "asked"),
    [("newcomer", NOBODY, True), ("newcomer", NEWCOMERS, False), ("trusted", NOBODY, False)],
)
def test_the_form_brings_the_task_where_it_could_matter(client, standing, premoderation, asked):
    client.force_login(person(standing=standing))
    place = pages.cycle(ideas_premoderation=premoderation)

    html = client.get(f"/ideas/new/?cycle={place.pk}").content.decode()

    assert ('data-proof="/proof/challenge/?for=post"' in html) is asked
