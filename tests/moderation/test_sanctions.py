from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from crowd import clock
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, Silenced
from crowd.events.models import Event
from crowd.moderation.actions import impose_sanction, lift_sanction
from crowd.moderation.models import Reason, Sanction
from crowd.moderation.queries import require_may
from crowd.moderation.rules import Act
from crowd.people.models import CampaignRole, Person
from crowd.people.personal_data import export_of
from discussions.actions import delete_comment, edit_comment, post_comment, react_to_comment
from ideas import actions
from tests.factories import accounts, comments, ideas, pages, people

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def campaign():
    return pages.campaign()


def reason():
    return Reason.objects.get(slug="insult")


def silence(person, campaign=None, *, moderator=None, length=DAY, kind="silence", **fields):
    moderator = moderator or people.with_role("moderator")
    fields.setdefault("reason", reason())
    return impose_sanction(
        moderator=moderator, person=person, kind=kind, campaign_id=campaign and campaign.pk, length=length, **fields
    )


def may_write(person, campaign):
    try:
        require_may(person, Act.WRITE, campaign.pk)
    except Silenced:
        return False
    return True


def test_a_silence_says_until_when_and_why(campaign):
    person = people.person()
    sanction = silence(person, campaign, note="Второй раз за день.")
    Sanction.objects.filter(pk=sanction.pk).update(ends_at=clock.now().replace(year=2097, month=11, day=25))
    Sanction.objects.filter(pk=sanction.pk).update(
        ends_at=Sanction.objects.get(pk=sanction.pk).ends_at.replace(hour=9, minute=0)
    )

    with pytest.raises(Silenced) as refused:
        require_may(person, Act.WRITE, campaign.pk)

    assert str(refused.value.detail) == (
        "Модератор ограничил вам публикации до 25 ноября 2097, 14:00. Причина: "
        "В тексте есть оскорбления. Перепишите его без них — мнение от этого не пострадает. Второй раз за день."
    )
    assert (refused.value.status, refused.value.code) == (403, "silenced")


@pytest.mark.parametrize(
    ("starts", "ends", "lifted", "free"),
    [(1, 2, False, True), (-1, 1, False, False), (-2, -1, False, True), (-1, 1, True, True)],
    ids=["before", "in force", "after", "lifted"],
)
@pytest.mark.parametrize("everywhere", [True, False], ids=["site", "campaign"])
def test_a_silence_holds_from_its_beginning_to_its_end(campaign, starts, ends, lifted, free, everywhere):
    person, other, now = people.person(), pages.campaign("Другой"), clock.now()
    sanction = silence(person, None if everywhere else campaign)
    Sanction.objects.filter(pk=sanction.pk).update(starts_at=now + starts * DAY, ends_at=now + ends * DAY)
    if lifted:
        lift_sanction(moderator=people.with_role("moderator"), sanction_id=sanction.pk)

    assert may_write(person, campaign) == free
    assert may_write(person, other) == (free or not everywhere)
    assert may_write(people.person(), campaign)


ROLES = ["moderator here", "moderator elsewhere", "moderator everywhere", "administrator", "editor", "expert", "nobody"]


def somebody(who, campaign):
    if who == "administrator":
        return people.person(is_superuser=True)
    if who == "nobody":
        return people.person()
    role, _, where = who.partition(" ")
    place = {"here": campaign, "": campaign, "everywhere": None}
    return people.with_role(role, place[where] if where in place else pages.campaign("Другой"))


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("everywhere", [True, False], ids=["site", "campaign"])
def test_who_may_silence(campaign, who, everywhere):
    actor, person = somebody(who, campaign), people.person()
    able = {"administrator", "moderator everywhere"} | (set() if everywhere else {"moderator here"})

    if who in able:
        silence(person, None if everywhere else campaign, moderator=actor)
    else:
        with pytest.raises(NotAllowed):
            silence(person, None if everywhere else campaign, moderator=actor)

    assert Sanction.objects.count() == (who in able)


@pytest.mark.parametrize("who", ROLES)
def test_who_may_lift(campaign, who):
    actor, sanction = somebody(who, campaign), silence(people.person(), campaign)

    if who in {"administrator", "moderator everywhere", "moderator here"}:
        lift_sanction(moderator=actor, sanction_id=sanction.pk)
    else:
        with pytest.raises(NotAllowed):
            lift_sanction(moderator=actor, sanction_id=sanction.pk)


def test_nobody_lifts_an_own_one_by_becoming_a_moderator(client, campaign):
    person = people.person()
    sanction = silence(person, campaign)
    CampaignRole.objects.create(person=person, role=CampaignRole.Role.MODERATOR, campaign=campaign)
    client.force_login(person)
    address = reverse("sanctions:lift", args=[sanction.pk])

    page, answer = client.get(address).content.decode(), client.post(address)

    sanction.refresh_from_db()
    assert "Снять ограничение" not in page
    assert (answer.status_code, sanction.lifted_at) == (403, None)


@pytest.mark.parametrize("who", ["moderator here", "moderator everywhere", "administrator"])
@pytest.mark.parametrize("everywhere", [True, False], ids=["site", "campaign"])
def test_who_moderates_is_not_silenced(campaign, who, everywhere):
    with pytest.raises(NotAllowed):
        silence(somebody(who, campaign), None if everywhere else campaign)


def test_nobody_silences_oneself(campaign):
    moderator = people.with_role("moderator", campaign)

    with pytest.raises(NotAllowed):
        silence(moderator, campaign, moderator=moderator)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "exile"}, "kind"),
        ({"length": timedelta(0)}, "length"),
        ({"length": timedelta(days=366)}, "length"),
        ({"reason": None}, "reason"),
        ({"note": "я" * 1001}, "note"),
    ],
)
def test_what_is_no_sanction_is_refused_by_its_field(campaign, wrong, field):
    with pytest.raises(Invalid) as refused:
        silence(people.person(), campaign, **wrong)

    assert list(refused.value.fields) == [field]


def test_a_second_one_that_adds_nothing_is_told(campaign):
    person = people.person()
    silence(person, campaign, length=3 * DAY)

    with pytest.raises(AlreadyDecided):
        silence(person, campaign, length=DAY)
    silence(person, campaign, length=7 * DAY)
    silence(person, None, length=30 * DAY)

    assert Sanction.objects.count() == 3


@pytest.mark.parametrize("ended", [True, False])
def test_what_no_longer_holds_is_not_lifted(campaign, ended):
    moderator, sanction = people.with_role("moderator"), silence(people.person(), campaign)
    if ended:
        now = clock.now()
        Sanction.objects.filter(pk=sanction.pk).update(starts_at=now - 2 * DAY, ends_at=now - DAY)
    else:
        lift_sanction(moderator=moderator, sanction_id=sanction.pk)

    with pytest.raises(AlreadyDecided):
        lift_sanction(moderator=moderator, sanction_id=sanction.pk)
    with pytest.raises(Http404):
        lift_sanction(moderator=moderator, sanction_id=999999)


def test_all_of_it_is_told_and_logged(campaign):
    moderator, person = people.with_role("moderator", campaign), people.person()

    sanction = silence(person, campaign, moderator=moderator)
    lift_sanction(moderator=moderator, sanction_id=sanction.pk)

    events = Event.objects.order_by("pk").values_list("kind", "subject_id", "actor_id", "campaign_id")
    assert list(events) == [
        ("sanction.imposed", person.pk, moderator.pk, campaign.pk),
        ("sanction.lifted", person.pk, moderator.pk, campaign.pk),
    ]
    logged = ModelLogEntry.objects.order_by("pk")
    assert list(logged.values_list("action", "user_id", "object_id")) == [
        ("moderation.sanction_imposed", moderator.pk, str(person.pk)),
        ("moderation.sanction_lifted", moderator.pk, str(person.pk)),
    ]
    assert [entry.message for entry in logged] == [
        f"Наложено ограничение: Запрет публикаций, проект № {campaign.pk}",
        f"Ограничение снято: Запрет публикаций, проект № {campaign.pk}",
    ]


def test_the_database_refuses_one_that_ends_before_it_starts(campaign):
    sanction = silence(people.person(), campaign)

    with pytest.raises(DatabaseError), transaction.atomic():
        Sanction.objects.filter(pk=sanction.pk).update(ends_at=sanction.starts_at)


def test_the_person_sees_it_and_gets_it_handed_out(client, campaign):
    person = people.person()
    client.force_login(person)
    before = client.get("/me/").content.decode()

    silence(person, campaign, note="Второй раз за день.")

    page = client.get("/me/").content.decode()
    assert "Предупреждения и ограничения" not in before
    assert "Пока нельзя писать комментарии, предлагать идеи" in page
    assert campaign.title in page
    assert "Второй раз за день." in page
    [record] = export_of(person)["moderation.Sanction"]
    assert (record["campaign"], record["note"], record["lifted_at"]) == (campaign.pk, "Второй раз за день.", None)


@pytest.fixture
def silenced(campaign):
    """Somebody silent in this campaign, who had written before."""
    cycle, thread = pages.cycle(campaign), comments.thread(pages.discussion(campaign))
    person = accounts.account(standing=Person.Standing.TRUSTED)
    own = comments.comment(thread, author=person)
    others = comments.comment(thread)
    idea = ideas.idea(cycle, author=person)
    silence(person, campaign)
    return SimpleNamespace(person=person, cycle=cycle, thread=thread, own=own, others=others, idea=idea)


def test_who_is_silenced_writes_and_proposes_nothing_but_votes(silenced):
    who, text = silenced.person, actions.IdeaText(title="Тёплые остановки", problem="Холодно ждать.")
    refused = [
        lambda: post_comment(author=who, thread=silenced.thread, body="Слова"),
        lambda: edit_comment(author=who, comment_id=silenced.own.pk, body="Слова", stance=""),
        lambda: react_to_comment(person=who, comment_id=silenced.others.pk, value=1),
        lambda: actions.submit_idea(author=who, cycle=silenced.cycle, text=text),
        lambda: actions.edit_idea(author=who, idea_id=silenced.idea.pk, text=text),
    ]

    for write in refused:
        with pytest.raises(Silenced):
            write()
    vote = actions.cast_vote(person=who, idea=ideas.idea(silenced.cycle), value=1)
    delete_comment(author=who, comment_id=silenced.own.pk)

    assert vote.value == 1
    assert post_comment(author=who, thread=comments.thread(), body="В другом проекте").pk


def test_what_was_typed_is_kept(client, silenced):
    client.force_login(silenced.person)
    idea = {"title": "Тёплые остановки", "problem": "На остановке холодно ждать автобус."}

    comment = client.post(f"/threads/{silenced.thread.pk}/comments/", {"body": "Что я хотел сказать"})
    proposed = client.post(f"/ideas/new/?cycle={silenced.cycle.pk}", idea)
    told = client.post(
        f"/threads/{silenced.thread.pk}/comments/", {"body": "Слова"}, headers={"accept": "application/json"}
    )

    assert (comment.status_code, proposed.status_code, told.status_code) == (403, 403, 403)
    assert "Модератор ограничил вам публикации до" in comment.content.decode()
    assert "Что я хотел сказать" in comment.content.decode()
    assert "На остановке холодно ждать автобус." in proposed.content.decode()
    assert told.json()["error"] == "silenced"


def test_a_moderator_silences_the_author_of_a_post(client, campaign, silenced):
    moderator, author = people.with_role("moderator", campaign), silenced.others.author
    client.force_login(moderator)
    address = f"/admin/sanctions/impose/comment/{silenced.others.pk}/"
    form = {"kind": "silence", "days": "3", "reason": reason().pk, "note": "Остыньте.", "everywhere": "on"}

    page = client.get(address)
    wrong = client.post(address, {"days": "3", "note": "Остыньте."})
    done = client.post(address, form)
    again = client.post(address, form)

    assert author.email not in page.content.decode()
    assert wrong.status_code == 422
    assert "Остыньте." in wrong.content.decode()
    assert (done.status_code, done["Location"], again.status_code) == (302, "/admin/sanctions/", 409)
    made = Sanction.objects.get(person=author)
    assert (made.kind, made.campaign_id, made.ends_at - made.starts_at) == ("silence", campaign.pk, 3 * DAY)
    assert (made.subject_kind, made.subject_id) == ("comment", silenced.others.pk)


def test_a_moderator_sees_and_lifts_those_of_the_own_campaign(client, campaign, silenced):
    own = Sanction.objects.get(person=silenced.person)
    elsewhere = silence(people.person(display_name="Чужой"), pages.campaign("Другой"))
    everywhere = silence(people.person(display_name="Везде"))
    client.force_login(people.with_role("moderator", campaign))

    listed = client.get("/admin/sanctions/").content.decode()
    asked = client.get(f"/admin/sanctions/{own.pk}/")
    lifted = client.post(f"/admin/sanctions/{own.pk}/")
    client.post(f"/admin/sanctions/{own.pk}/")

    assert silenced.person.display_name in listed
    assert "Чужой" not in listed
    assert "Везде" not in listed
    assert "Снять ограничение" in asked.content.decode()
    assert lifted.status_code == 302
    own.refresh_from_db()
    assert own.lifted_at is not None
    for hidden in (elsewhere, everywhere):
        assert client.get(f"/admin/sanctions/{hidden.pk}/").status_code == 404
        assert client.post(f"/admin/sanctions/{hidden.pk}/").status_code == 404
    assert "снято" in client.get("/admin/sanctions/?state=over").content.decode()
    assert silenced.person.display_name not in client.get("/admin/sanctions/?state=now").content.decode()


def test_the_list_asks_the_same_queries_for_one_and_thirty(client, campaign):
    client.force_login(people.with_role("moderator", campaign))
    silence(people.person(), campaign)
    client.get("/admin/sanctions/")
    with CaptureQueriesContext(connection) as one:
        client.get("/admin/sanctions/")
    for _ in range(29):
        silence(people.person(), campaign)

    with CaptureQueriesContext(connection) as thirty:
        client.get("/admin/sanctions/")

    assert len(thirty) == len(one)
