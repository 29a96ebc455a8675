"""What staff do × what Wagtail's log says of it; an address of staff that takes posts and is not here fails."""

import re
from urllib.parse import parse_qsl

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from crowd.events.models import Delivery, Event
from crowd.moderation.models import Appeal, Reason
from ideas.models import Idea
from tests.access_table import ANSWER, TABLE
from tests.access_world import make_world
from tests.factories.flags import decided, flag
from tests.factories.ideas import idea
from tests.test_access import EVERYBODY, expected, filled

pytestmark = pytest.mark.django_db

RESIDENT = "document_number=67 01 123456&display_name=Анна С.&municipality=&agrees=on&consent=бланк № 17"

# Who posts what, one after the other, and all that is logged of it, in order.
TABLE_OF_LOG = [
    ("moderator", [("/admin/moderation/idea/{pending}/decide/", "outcome=publish")], ["moderation.decided"]),
    (
        "moderator",
        [("/admin/moderation/comment/{waiting}/decide/", "outcome=reject&reason={reason}")],
        ["moderation.decided"],
    ),
    (
        "moderator",
        [("/admin/moderation/many/", "case=comment:{waiting}:0&outcome=publish")],
        ["moderation.decided"],
    ),
    (
        "moderator",
        [
            ("/admin/moderation/idea/{pending}/escalate/", "note=Не уверен"),
            ("/admin/moderation/comment/{waiting}/escalate/", "note=Не уверен"),
        ],
        ["moderation.escalated", "moderation.escalated"],
    ),
    (
        "moderator",
        [("/admin/moderation/idea/{public}/duplicate/", "into={other}")],
        ["idea.merged", "moderation.decided"],
    ),
    ("moderator", [("/admin/moderation/comment/{said}/duplicate/", "")], ["moderation.decided"]),
    (
        "moderator",
        [("/admin/moderation/appeals/{appeal}/", "outcome=rejected&answer=Слова")],
        ["moderation.appeal_decided"],
    ),
    (
        "moderator",
        [("/admin/moderation/appeals/{appeal}/", "outcome=upheld")],
        ["moderation.decided", "moderation.appeal_decided"],
    ),
    (
        "moderator",
        [("/admin/sanctions/impose/comment/{said}/", "kind=silence&days=1&reason={reason}")],
        ["moderation.sanction_imposed"],
    ),
    ("moderator", [("/admin/sanctions/{sanction}/", "")], ["moderation.sanction_lifted"]),
    ("moderator", [("/admin/comments/{said}/", "text=Проверить")], ["comment.noted"]),
    (
        "moderator",
        [("/admin/comments/{said}/act/", f"act={act}") for act in ("pin", "unpin", "official")],
        ["comment.pinned", "comment.unpinned", "comment.marked"],
    ),
    (
        "moderator",
        [("/admin/threads/{thread}/", "act=lock&note=Пауза"), ("/admin/threads/{thread}/", "act=unlock")],
        ["thread.locked", "thread.unlocked"],
    ),
    (
        "editor",
        [("/admin/ideas/{public}/", "step=accept"), ("/admin/ideas/{public}/", "step=start")],
        ["idea.accepted", "idea.started"],
    ),
    ("editor", [("/admin/shortlist/{cycle_id}/", "idea={public}&reason=Нужны")], ["idea.shortlisted"]),
    ("body", [("/ideas/{public}/answer/", ANSWER)], ["idea.accepted", "idea.answered"]),
    (
        "moderator",
        [("/ideas/{public}/merge/", "into={other}&reason=О том же"), ("/ideas/{public}/unmerge/", "")],
        ["idea.merged", "idea.unmerged"],
    ),
    (
        "operator",
        [("/admin/desk/ideas/{cycle_id}/", f"{RESIDENT}&idea-title=Лавка у почты&idea-problem=Негде сесть.")],
        ["people.confirm", "operator.entered", "people.read"],
    ),
    ("operator", [("/admin/desk/votes/{public}/", f"{RESIDENT}&value=1")], ["people.confirm", "operator.entered"]),
    (
        "operator",
        [
            ("/admin/residents/", "email={email}"),
            ("/admin/residents/", "email={email}&document_number=67 01 123456"),
        ],
        ["people.read", "people.confirm"],
    ),
    ("editor", [("/admin/snippets/search/synonyms/add/", "phrases=мфц\nмои документы")], ["wagtail.create"]),
    (
        "editor",
        [("/admin/snippets/search/synonyms/edit/{synonyms}/", "phrases=мфц\nмои документы")],
        ["wagtail.edit"],
    ),
    ("editor", [("/admin/snippets/search/synonyms/delete/{synonyms}/", "")], ["wagtail.delete"]),
    (
        "moderator",
        [
            ("/admin/snippets/moderation/watchedphrase/add/", "phrase=старый пень&kind=insult"),
            ("/admin/snippets/moderation/watchedphrase/edit/{watched}/", "phrase=новый пень&kind=insult"),
            ("/admin/snippets/moderation/watchedphrase/delete/{watched}/", ""),
        ],
        ["wagtail.create", "wagtail.edit", "wagtail.delete"],
    ),
    ("admin", [("/admin/roles/new/", "email={email}&role=expert&campaign=")], ["people.role_granted"]),
    ("admin", [("/admin/roles/delete/{role}/", "")], ["people.role_revoked"]),
    ("admin", [("/admin/consent-texts/new/", "title=Согласие&text=Новый текст")], ["wagtail.create"]),
    (
        "admin",
        [("/admin/limits/post/", "person=31&network=600"), ("/admin/limits/post/restore/", "")],
        ["limits.changed", "limits.changed"],
    ),
    ("admin", [("/admin/deliveries/repeat/", "delivery={delivery}")], ["events.repeated"]),
    # Wagtail's own pages for many at once, which by themselves log nothing.
    ("admin", [("/admin/bulk/moderation/reason/delete/?id={unused}", "")], ["wagtail.delete"]),
    ("admin", [("/admin/bulk/people/person/set_active_state/?id={author}", "mark_as_active=False")], ["wagtail.edit"]),
    # Ours do to each what is done to one.
    ("moderator", [("/admin/bulk/ideas/idea/publish/?id={pending}", "")], ["moderation.decided"]),
    ("moderator", [("/admin/bulk/discussions/comment/pin/?id={said}", "")], ["comment.pinned"]),
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world, made once for all rows: each test takes back what it did, and in the end the world goes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield furnished(make_world())
        transaction.set_rollback(True)


def furnished(world):
    public = Idea.objects.get(pk=world.places["public"])
    event = Event.objects.create(kind="idea.published", subject_kind="idea", subject_id=public.pk)
    set_aside = Delivery.objects.create(event=event, consumer="ideas.facets", key="idea:1", status="set_aside")
    world.places |= {
        "reason": Reason.objects.get(slug="insult").pk,
        "unused": Reason.objects.create(slug="unused", name="Ничья").pk,
        "other": idea(public.cycle).pk,
        "email": world.people["resident"].email,
        "author": world.people["author"].pk,
        "delivery": set_aside.pk,
    }
    return world


@pytest.mark.parametrize(("role", "posts", "logged"), TABLE_OF_LOG)
def test_what_staff_do_is_logged_with_who_did_it(world, role, posts, logged):
    client, person = Client(), world.people[role]
    client.force_login(person)

    for address, data in posts:
        answer = client.post(filled(address, world), dict(parse_qsl(filled(data, world), keep_blank_values=True)))
        assert answer.status_code in {200, 302, 303}, (address, answer.status_code, answer.content.decode()[:3000])

    entries = list(ModelLogEntry.objects.order_by("pk"))
    assert [entry.action for entry in entries] == logged
    assert {entry.user_id for entry in entries} == {person.pk}
    # In words, and without those of residents.
    assert all(entry.message for entry in entries)
    assert not {"Сказано", "Ждёт"} & {entry.label for entry in entries}


def shape(address):
    return re.sub(r"\{\w+\}|/\d+/", "{}", address.partition("?")[0])


def takes_what_staff_post(row):
    """Say whether staff post there what residents may not, by the table of addresses."""
    statuses = expected(row[3])
    done = {letter for letter in EVERYBODY if statuses[letter] < 400 or statuses[letter] == 422}
    return bool(done) and "r" not in done and "a" not in done and done != {"w"}


# Who is looking at what just now changes nothing for anybody else, and is forgotten within the hour.
PASSING = {
    "/admin/moderation/next/",
    *(f"/admin/moderation/{kind}/{{}}/{act}/" for kind in ("comment", "idea") for act in ("claim", "release")),
}


def test_every_address_at_which_staff_act_is_in_the_table():
    acted = {shape(row[0]) for row in TABLE if takes_what_staff_post(row)}
    logged = {shape(address) for _role, posts, _logged in TABLE_OF_LOG for address, _data in posts}

    assert len(acted) > 15
    assert acted - logged - PASSING == set()


def test_site_history_shows_what_was_done_and_read_to_administrators_alone(world, client):
    moderator, admin = world.people["moderator"], world.people["admin"]
    client.force_login(moderator)
    client.post(f"/admin/moderation/idea/{world.places['pending']}/decide/", {"outcome": "publish"})
    report = reverse("wagtailadmin_reports:site_history")
    seen_by_moderator = client.get(report).content.decode()
    client.force_login(admin)
    client.get(reverse("wagtailusers_users:edit", args=[world.people["resident"].pk]))

    shown = client.get(report).content.decode()

    decision = f"Решение модератора: Идея № {world.places['pending']}, опубликовать"
    assert decision in shown
    assert "Прочитал(а) личные данные: учётная запись" in shown
    assert decision not in seen_by_moderator


def test_flags_that_a_decision_settles_are_counted(world):
    public = Idea.objects.get(pk=world.places["public"])
    flag(public)
    flag(public)

    decided(public, "keep", world.people["moderator"])

    [entry] = ModelLogEntry.objects.filter(action="moderation.decided")
    assert entry.data == {
        "kind": "idea",
        "subject": public.pk,
        "campaign": public.cycle.campaign_id,
        "outcome": "keep",
        "reason": "",
        "flags": 2,
    }
    assert entry.message == f"Решение модератора: Идея № {public.pk}, оставить. Рассмотрено жалоб: 2"


def test_answered_appeal_of_an_erased_author_is_logged_too(world, client):
    Appeal.objects.filter(pk=world.places["appeal"]).update(author=None)
    client.force_login(world.people["moderator"])

    client.post(f"/admin/moderation/appeals/{world.places['appeal']}/", {"outcome": "rejected", "answer": "Слова"})

    [entry] = ModelLogEntry.objects.filter(action="moderation.appeal_decided")
    assert entry.object_id == str(world.places["appeal"])
    assert entry.content_type.model == "appeal"
    assert entry.user_id == world.people["moderator"].pk
