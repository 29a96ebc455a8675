from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crowd import clock
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, NotSignedIn, PhaseClosed
from crowd.events.models import Event
from ideas.actions import answer_idea, shortlist_idea
from ideas.models import Answer, Idea, IdeaChange
from ideas.queries import ideas_to_answer
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

Moderation, Progress = Idea.Moderation, Idea.Progress
TEXT = {"text": "Сделаем к весне.", "on_behalf": "Департамент транспорта"}
FORM = TEXT | {"progress": "accepted"}


def answered(mine, actor, progress="accepted", **fields):
    return answer_idea(actor=actor, idea_id=mine.pk, progress=progress, **(TEXT | fields))


def world(**fields):
    campaign = pages.campaign()
    mine = idea(pages.cycle(campaign), **fields)
    return mine, with_role("body", campaign)


def today():
    return timezone.localdate(clock.now())


def test_the_body_answers_and_the_idea_moves_on():
    mine, body = world(progress=Progress.SHORTLISTED)

    given = answered(mine, body)

    mine.refresh_from_db()
    assert (given.progress, given.body, given.text, given.author, given.given_on) == (
        "accepted",
        "Департамент транспорта",
        "Сделаем к весне.",
        body,
        today(),
    )
    assert mine.progress == Progress.ACCEPTED
    told = IdeaChange.objects.get(idea=mine)
    assert (told.step, told.by, told.reason, told.actor) == ("accept", "body", "Сделаем к весне.", body)
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["idea.accepted", "idea.answered"]
    assert Event.objects.get(kind="idea.answered").payload == {"cycle": mine.cycle_id, "answer": given.pk}


def test_a_later_answer_stands_beside_the_first():
    mine, body = world(progress=Progress.SHORTLISTED)

    answered(mine, body, "accepted")
    answered(mine, body, "in_progress", text="Начали.")
    answered(mine, body, "in_progress", text="Ещё идёт.")

    assert list(Answer.objects.values_list("text", flat=True)) == ["Сделаем к весне.", "Начали.", "Ещё идёт."]
    assert list(IdeaChange.objects.values_list("step", flat=True)) == ["accept", "start", "answered"]


ALLOWED = {
    Progress.OPEN: {"accepted", "declined"},
    Progress.SHORTLISTED: {"accepted", "declined"},
    Progress.ACCEPTED: {"accepted", "declined", "in_progress", "done"},
    Progress.DECLINED: {"accepted", "declined"},
    Progress.IN_PROGRESS: {"in_progress", "done"},
    Progress.DONE: {"in_progress", "done"},
    Progress.WITHDRAWN: set(),
}


@pytest.mark.parametrize("progress", ["accepted", "declined", "in_progress", "done"])
@pytest.mark.parametrize("state", ALLOWED)
def test_what_may_be_answered_in_which_state(state, progress):
    mine, body = world(progress=state)

    if progress in ALLOWED[state]:
        answered(mine, body, progress)
    else:
        with pytest.raises(PhaseClosed):
            answered(mine, body, progress)

    mine.refresh_from_db()
    assert mine.progress == (progress if progress in ALLOWED[state] else state)
    assert Answer.objects.count() == int(progress in ALLOWED[state])


@pytest.mark.parametrize("moderation", [value for value in Moderation.values if value != "published"])
def test_what_nobody_sees_is_not_answered(moderation):
    mine, body = world(moderation=moderation)

    with pytest.raises(PhaseClosed):
        answered(mine, body)


def test_in_a_hidden_cycle_nothing_is_answered():
    mine, body = world()
    mine.cycle.unpublish()

    with pytest.raises(PhaseClosed):
        answered(mine, body)


@pytest.mark.parametrize("act", [answered, lambda mine, actor: shortlist_idea(actor=actor, idea_id=mine.pk)])
@pytest.mark.parametrize(
    ("role", "capacity"),
    [
        ("body", "body"),
        ("editor", "editor"),
        ("moderator", None),
        ("expert", None),
        ("operator", None),
        ("approver", None),
        ("resident", None),
    ],
)
def test_who_answers_and_chooses(role, capacity, act):
    mine, _body = world()
    campaign = mine.cycle.get_parent().specific
    actor = person() if role == "resident" else with_role(role, campaign)
    elsewhere = with_role(role, pages.campaign("Там")) if role != "resident" else mine.author

    with pytest.raises(NotAllowed):
        act(mine, elsewhere)
    if capacity is None:
        with pytest.raises(NotAllowed):
            act(mine, actor)
    else:
        act(mine, actor)

    assert list(IdeaChange.objects.values_list("by", flat=True)) == [capacity] * bool(capacity)


def test_nobody_signed_in_answers():
    mine, _body = world()

    with pytest.raises(NotSignedIn):
        answered(mine, None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": "  "}, "text"),
        ({"text": "а\x00б"}, "text"),
        ({"text": "а" * 5001}, "text"),
        ({"on_behalf": ""}, "on_behalf"),
        ({"on_behalf": "а" * 201}, "on_behalf"),
        ({"progress": "open"}, "progress"),
        ({"progress": ""}, "progress"),
        ({"given_on": timezone.localdate() + timedelta(days=2)}, "given_on"),
    ],
)
def test_what_is_no_answer(fields, wrong):
    mine, body = world()

    with pytest.raises(Invalid) as refused:
        answer_idea(actor=body, idea_id=mine.pk, **(FORM | fields))

    assert list(refused.value.fields) == [wrong]
    assert Answer.objects.count() == 0


def test_who_was_quicker_is_not_answered_over():
    mine, body = world()
    answered(mine, body, seen=0)

    with pytest.raises(AlreadyDecided):
        answered(mine, body, "declined", seen=0)

    mine.refresh_from_db()
    assert (mine.progress, Answer.objects.count()) == (Progress.ACCEPTED, 1)


def test_the_chosen_are_promised_an_answer():
    day = today() + timedelta(days=30)
    campaign = pages.campaign()
    mine = idea(pages.cycle(campaign, answers_by=day))

    shortlist_idea(actor=with_role("editor", campaign), idea_id=mine.pk, reason="Поддержали все.")

    mine.refresh_from_db()
    assert (mine.progress, mine.answer_due_on) == (Progress.SHORTLISTED, day)
    assert IdeaChange.objects.get().reason == "Поддержали все."


def test_what_waits_for_an_answer():
    campaign = pages.campaign()
    cycle, body = pages.cycle(campaign), with_role("body", campaign)
    chosen = {"progress": Progress.SHORTLISTED}
    later = idea(cycle, answer_due_on=today() + timedelta(days=1), **chosen)
    never = idea(cycle, **chosen)
    late = idea(cycle, answer_due_on=today() - timedelta(days=1), **chosen)
    done = idea(cycle, **chosen)
    Answer.objects.create(idea=done, body="ДТ", progress="accepted", text="…", author=body, given_on=today())
    idea(cycle)
    idea(cycle, moderation=Moderation.HIDDEN, **chosen)
    idea(**chosen)

    waiting = ideas_to_answer(body)

    assert [(found.pk, found.overdue) for found in waiting] == [(late.pk, True), (later.pk, False), (never.pk, False)]


def test_the_body_answers_by_the_form(client):
    mine, body = world(progress=Progress.SHORTLISTED, answer_due_on=today())
    client.force_login(body)

    offered = client.get(f"/ideas/{mine.pk}/answer/")
    response = client.post(f"/ideas/{mine.pk}/answer/", FORM | {"seen": "0"})
    page = client.get(mine.get_absolute_url()).content.decode()

    assert [value for value, _label in offered.context["form"].fields["progress"].choices] == ["accepted", "declined"]
    assert (response.status_code, response["Location"]) == (303, f"{mine.get_absolute_url()}#answer")
    assert "Сделаем к весне." in page
    assert "Департамент транспорта" in page


def test_a_refused_answer_keeps_what_was_typed(client):
    mine, body = world()
    client.force_login(body)

    response = client.post(f"/ideas/{mine.pk}/answer/", FORM | {"on_behalf": "", "given_on": "вчера"})

    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["given_on", "on_behalf"]
    assert "Сделаем к весне." in response.content.decode()


def test_a_refused_answer_as_json(client):
    mine, body = world()
    client.force_login(body)

    response = client.post(f"/ideas/{mine.pk}/answer/", FORM | {"text": ""}, HTTP_ACCEPT="application/json")

    assert (response.status_code, list(response.json()["fields"])) == (422, ["text"])


def test_the_name_of_the_body_is_offered(client):
    campaign = pages.campaign(responsible_body="Депинформтехнологий Югры")
    mine = idea(pages.cycle(campaign))
    client.force_login(with_role("body", campaign))

    page = client.get(f"/ideas/{mine.pk}/answer/").content.decode()

    assert 'value="Депинформтехнологий Югры"' in page


def test_the_answer_leaves_with_the_idea(client):
    mine, body = world(progress=Progress.SHORTLISTED)
    answered(mine, body)
    Idea.objects.filter(pk=mine.pk).update(moderation=Moderation.HIDDEN)

    assert client.get(mine.get_absolute_url()).status_code == 404


def test_the_list_of_what_waits_asks_the_same_number_of_questions(client):
    mine, body = world(progress=Progress.SHORTLISTED)
    client.force_login(body)
    one = counted_queries(client, "/answers/")
    for _ in range(30):
        idea(mine.cycle, progress=Progress.SHORTLISTED)

    assert counted_queries(client, "/answers/") == one


def counted_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
