from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crowd import clock
from ideas.actions import cast_vote, declare_conflict, fold_votes, keep_review
from ideas.models import Idea
from ideas.reviewing import DEFAULT_CRITERIA
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

Progress = Idea.Progress
OPEN = ("submit", "comment", "vote", "review")


def world(**fields):
    campaign = pages.campaign()
    cycle = pages.cycle(campaign, opens=OPEN, **fields)
    return cycle, with_role("editor", campaign)


def url(cycle, query=""):
    return f"/admin/shortlist/{cycle.pk}/{query}"


def supported(mine, count):
    for _ in range(count):
        cast_vote(person=person(), idea=mine, value=1)
    fold_votes(idea_id=mine.pk)
    return mine


def reviewed(mine, *scores):
    campaign = mine.cycle.get_parent().specific
    for score in scores:
        given = dict.fromkeys((criterion.key for criterion in DEFAULT_CRITERIA), score)
        expert = with_role("expert", campaign)
        keep_review(expert=expert, idea_id=mine.pk, scores=given, comment="Да.", submit=True)
    return mine


def listed(client, cycle, query=""):
    return [found.pk for found in client.get(url(cycle, query)).context["list"].page.object_list]


def test_an_editor_sees_votes_and_reviews_beside_each(client):
    cycle, editor = world(answers_by=timezone.localdate() - timedelta(days=1))
    chosen = idea(cycle, progress=Progress.SHORTLISTED, answer_due_on=cycle.answers_by)
    reviewed(supported(chosen, 2), 5, 4)
    declare_conflict(expert=with_role("expert", cycle.get_parent().specific), idea_id=chosen.pk)
    client.force_login(editor)

    shown = client.get(url(cycle, "?state=shortlisted"))

    row = shown.context["list"].page.object_list[0]
    assert (row.counts, row.results.mean, row.results.count, row.results.conflicts, row.overdue) == (
        (2, 0),
        4.5,
        2,
        1,
        True,
    )
    page = shown.content.decode()
    assert "4,5" in page
    assert "просрочен" in page


def test_by_votes_by_reviews_by_date(client):
    cycle, editor = world()
    first = reviewed(supported(idea(cycle, progress=Progress.SHORTLISTED), 1), 5)
    second = reviewed(supported(idea(cycle, progress=Progress.SHORTLISTED), 2), 3, 5)
    third = idea(cycle, progress=Progress.SHORTLISTED)
    client.force_login(editor)

    orders = {
        order: listed(client, cycle, f"?state=shortlisted&order={order}") for order in ("votes", "reviews", "new")
    }

    assert orders == {
        "votes": [second.pk, first.pk, third.pk],
        "reviews": [first.pk, second.pk, third.pk],
        "new": [third.pk, second.pk, first.pk],
    }


def test_what_is_listed_in_which_state(client):
    cycle, editor = world()
    ideas = {progress: idea(cycle, progress=progress) for progress in ("open", "shortlisted", "declined", "withdrawn")}
    idea(cycle, moderation=Idea.Moderation.HIDDEN)
    idea(pages.cycle())
    client.force_login(editor)

    assert listed(client, cycle) == [ideas["open"].pk]
    assert listed(client, cycle, "?state=shortlisted") == [ideas["shortlisted"].pk]
    assert sorted(listed(client, cycle, "?state=")) == [ideas[name].pk for name in ("open", "shortlisted", "declined")]
    assert listed(client, cycle, "?state=nonsense&order=nonsense&page=nonsense") == [ideas["open"].pk]


def test_hidden_counts_are_neither_shown_nor_ordered_by(client):
    cycle, editor = world(counts_shown="at_end")
    supported(idea(cycle), 3)
    client.force_login(editor)

    shown = client.get(url(cycle, "?order=votes"))

    assert (shown.context["list"].orders, shown.context["list"].page.object_list[0].counts) == (
        ["reviews", "new"],
        None,
    )
    assert "+3" not in shown.content.decode()


def test_an_editor_who_is_an_expert_stays_blind(client):
    cycle, editor = world()
    editor.roles.create(role="expert", campaign=cycle.get_parent())
    mine = reviewed(idea(cycle, progress=Progress.SHORTLISTED), 5)
    client.force_login(editor)

    shown = client.get(url(cycle, "?state=shortlisted"))

    assert (shown.context["list"].orders, shown.context["list"].page.object_list[0].results) == (["votes", "new"], None)
    cycle.phases.update(closes_at=clock.now() - timedelta(seconds=1))
    assert client.get(url(cycle, "?state=shortlisted")).context["list"].page.object_list[0].results.count == 1
    assert mine.reviews.count() == 1


def test_an_editor_chooses_many_and_those_that_cannot_be_are_named(client):
    cycle, editor = world(answers_by=timezone.localdate() + timedelta(days=9))
    first, second, done = idea(cycle), idea(cycle), idea(cycle, progress=Progress.DONE, title="Уже сделано")
    elsewhere = idea(pages.cycle())
    client.force_login(editor)
    sent = {"idea": [first.pk, second.pk, done.pk, elsewhere.pk, "нет"], "reason": "Самые нужные."}

    response = client.post(url(cycle), sent, follow=True)

    chosen = Idea.objects.filter(progress=Progress.SHORTLISTED)
    assert sorted(chosen.values_list("pk", "answer_due_on")) == [
        (first.pk, cycle.answers_by),
        (second.pk, cycle.answers_by),
    ]
    assert first.changes.get().reason == "Самые нужные."
    said = [str(message) for message in response.context["messages"]]
    assert said[0].startswith("Отобраны 2 ")
    assert "Уже сделано" in said[1]


def test_the_list_of_cycles_counts(client):
    cycle, editor = world()
    yesterday = timezone.localdate() - timedelta(days=1)
    idea(cycle)
    idea(cycle)
    idea(cycle, progress=Progress.SHORTLISTED, answer_due_on=yesterday)
    pages.cycle()
    client.force_login(editor)

    found = client.get("/admin/shortlist/").context["cycles"]

    assert [(row.pk, row.open_count, row.chosen_count, row.late_count) for row in found] == [(cycle.pk, 2, 1, 1)]


@pytest.mark.parametrize("role", ["moderator", "expert", "body", "operator", "approver"])
def test_others_have_no_shortlist(client, role):
    cycle, _editor = world()
    client.force_login(with_role(role, cycle.get_parent().specific))

    assert client.get("/admin/shortlist/")["Location"] == "/admin/"
    assert client.post(url(cycle), {"idea": idea(cycle).pk})["Location"] == "/admin/"


def test_an_editor_of_another_campaign_finds_nothing(client):
    cycle, _editor = world()
    client.force_login(with_role("editor", pages.campaign("Там")))

    assert client.get(url(cycle)).status_code == 404


def test_the_page_asks_the_same_number_of_questions(client):
    cycle, editor = world()
    reviewed(idea(cycle, progress=Progress.SHORTLISTED), 4)
    client.force_login(editor)
    one = counted(client, url(cycle, "?state=shortlisted"))
    for _ in range(29):
        idea(cycle, progress=Progress.SHORTLISTED)
    for mine in Idea.objects.all()[:5]:
        reviewed(mine, 3)

    assert counted(client, url(cycle, "?state=shortlisted")) == one


def counted(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
