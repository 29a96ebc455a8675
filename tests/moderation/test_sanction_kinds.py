"""Warning, pre-moderation, silence, block: imposed, told, listed, seen at `/me/`."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crowd.errors import AlreadyDecided, Blocked, Silenced
from crowd.events.models import Event
from crowd.moderation.actions import confirm_warning, impose_sanction
from crowd.moderation.models import Reason, Sanction
from crowd.moderation.queries import require_may, sanctions_before, sanctions_in_force
from crowd.moderation.registry import registry
from crowd.moderation.rules import Act
from crowd.people.personal_data import export_of
from tests.factories import comments, pages, people
from tests.factories.sanctions import sanction

pytestmark = pytest.mark.django_db

Kind = Sanction.Kind
DAY = timedelta(days=1)
WHY = "В тексте есть оскорбления. Перепишите его без них — мнение от этого не пострадает."


def imposed(person, kind, campaign=None, *, length=DAY, **fields):
    return impose_sanction(
        moderator=people.with_role("moderator"),
        person=person,
        kind=kind,
        campaign_id=campaign and campaign.pk,
        length=length,
        reason=Reason.objects.get(slug="insult"),
        **fields,
    )


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("kind", "everywhere", "act", "told"),
    [
        (
            Kind.BLOCK,
            True,
            Act.VOTE,
            "Модератор заблокировал вас на сайте до 25 ноября 2097, 14:00: пока можно только читать.",
        ),
        (
            Kind.BLOCK,
            False,
            Act.VOTE,
            "Модератор заблокировал вас в этом проекте до 25 ноября 2097, 14:00: пока его можно только читать.",
        ),
        (Kind.SILENCE, False, Act.WRITE, "Модератор ограничил вам публикации до 25 ноября 2097, 14:00."),
        (
            Kind.PREMODERATION,
            False,
            Act.ADD_AT_ONCE,
            "До 25 ноября 2097, 14:00 ваши записи сначала смотрит модератор, а уточнение увидели бы сразу все.",
        ),
    ],
)
def test_refusal_says_until_when_and_why(kind, everywhere, act, told):
    campaign, person = pages.campaign(), people.person()
    made = sanction(person, kind, None if everywhere else campaign, note="Второй раз.")
    Sanction.objects.filter(pk=made.pk).update(ends_at=datetime(2097, 11, 25, 9, tzinfo=UTC))

    with pytest.raises(Silenced) as refused:
        require_may(person, act, campaign.pk)

    said = str(refused.value.detail)
    assert said.startswith(told)
    assert WHY in said
    assert "Второй раз." in said
    assert ("напишите тому, кто ведёт проект" in said) == (kind == Kind.BLOCK)
    assert refused.value.code == ("blocked" if kind == Kind.BLOCK else "silenced")
    assert refused.value.status == 403


def test_strictest_is_told_and_what_lasts_longer_as_well():
    campaign, person = pages.campaign(), people.person()
    sanction(person, Kind.WARNING, campaign)
    sanction(person, Kind.BLOCK, campaign, ends=1)
    longer = sanction(person, Kind.SILENCE, None)
    Sanction.objects.filter(pk=longer.pk).update(ends_at=datetime(2097, 11, 25, 9, tzinfo=UTC))

    with pytest.raises(Blocked) as writing:
        require_may(person, Act.WRITE, campaign.pk)
    with pytest.raises(Blocked) as voting:
        require_may(person, Act.VOTE, campaign.pk)

    kinds = [one.kind for one in sanctions_in_force(person, [campaign.pk])]
    assert kinds == [Kind.BLOCK, Kind.SILENCE, Kind.WARNING]
    assert "Ещё одно ограничение действует дольше: до 25 ноября 2097, 14:00." in str(writing.value.detail)
    assert "Ещё одно" not in str(voting.value.detail)


def test_whoever_is_free_is_asked_about_once():
    person, campaign = people.person(), pages.campaign()
    sanction(people.person(), Kind.BLOCK)

    with CaptureQueriesContext(connection) as asked:
        require_may(person, Act.RATE, campaign.pk)

    assert len(asked) == 1


@pytest.mark.parametrize(
    ("first", "second", "adds"),
    [
        ("silence", "block", True),
        ("silence", "silence", False),
        ("block", "silence", False),
        ("premoderation", "silence", True),
        ("silence", "premoderation", False),
        ("warning", "premoderation", True),
        ("block", "warning", True),
        ("warning", "warning", True),
    ],
)
def test_what_adds_nothing_is_told(first, second, adds):
    person, campaign = people.person(), pages.campaign()
    said, other = (comments.comment(author=person) for _ in range(2))
    imposed(person, first, campaign, case=registry.kinds["comment"].case(said))

    if adds:
        imposed(person, second, campaign, case=registry.kinds["comment"].case(other))
    else:
        with pytest.raises(AlreadyDecided):
            imposed(person, second, campaign, case=registry.kinds["comment"].case(other))

    assert Sanction.objects.count() == 1 + adds


@pytest.mark.parametrize("first", Kind.values)
def test_a_post_is_warned_about_once(first):
    person, campaign = people.person(), pages.campaign()
    case = registry.kinds["comment"].case(comments.comment(author=person))
    imposed(person, first, campaign, case=case)

    with pytest.raises(AlreadyDecided) as told:
        imposed(person, Kind.WARNING, campaign, case=case)

    assert str(told.value.detail) == "За эту запись человека уже предупредили или ограничили."


@pytest.mark.parametrize(
    "fields", [{"kind": "exile"}, {"kind": "block", "confirmed_at": datetime(2026, 1, 1, tzinfo=UTC)}]
)
def test_the_database_refuses_what_is_none(fields):
    made = sanction(people.person(), Kind.WARNING)

    with pytest.raises(DatabaseError), transaction.atomic():
        Sanction.objects.filter(pk=made.pk).update(**fields)


@pytest.mark.parametrize("kind", Kind.values)
def test_a_moderator_chooses_the_kind(client, world, kind):
    client.force_login(people.with_role("moderator", world.campaign))
    address = reverse("sanctions:impose", args=["comment", world.said.pk])
    form = {"kind": kind, "days": "7", "reason": Reason.objects.get(slug="insult").pk, "note": "Остыньте."}

    asked = text(client.get(address))
    unnamed = client.post(address, form | {"kind": ""})
    done = client.post(address, form, follow=True)

    for words in ("Предупреждение", "Предварительная проверка", "Запрет публикаций", "Блокировка"):
        assert f"<b>{words}</b>" in asked
    assert "Можно только читать" in asked
    assert unnamed.status_code == 422
    assert "Остыньте." in text(unnamed)
    made = Sanction.objects.get()
    assert (made.kind, made.ends_at - made.starts_at, made.note) == (kind, 7 * DAY, "Остыньте.")
    assert made.get_kind_display() in text(done)
    assert ("Предупреждение отправлено" in text(done)) == (kind == Kind.WARNING)


def test_the_form_counts_what_was_before_in_the_own_campaigns(client, world):
    author, moderator = world.said.author, people.with_role("moderator", world.campaign)
    client.force_login(moderator)
    address = reverse("sanctions:impose", args=["comment", world.said.pk])
    empty = text(client.get(address))
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(10):
        sanction(author, Kind.WARNING, world.campaign, starts=-9, ends=-8)
    sanction(author, Kind.SILENCE, world.campaign, lifted=True)
    sanction(author, Kind.BLOCK, pages.campaign("Другой"))
    sanction(author, Kind.BLOCK)

    with CaptureQueriesContext(connection) as many:
        page = text(client.get(address))

    assert "ещё не предупреждали" in empty
    assert "Предупреждение — 10" in page
    assert "Запрет публикаций — 1 (снято раньше срока: 1)" in page
    assert "Блокировка — " not in page
    # What is in force on the whole site has no campaign to name.
    assert len(many) == len(few)
    everything = [(one.label, one.times, one.lifted) for one in sanctions_before(author, people.with_role("moderator"))]
    assert everything == [("Предупреждение", 10, 0), ("Запрет публикаций", 1, 1), ("Блокировка", 2, 0)]


def test_the_list_is_narrowed_to_a_kind(client, world):
    sanction(people.person(display_name="Первый"), Kind.WARNING, world.campaign)
    sanction(people.person(display_name="Второй"), Kind.BLOCK, world.campaign)
    client.force_login(people.with_role("moderator", world.campaign))

    both, blocks = text(client.get("/admin/sanctions/")), text(client.get("/admin/sanctions/?kind=block"))

    assert ("Первый" in both, "Второй" in both) == (True, True)
    assert ("Первый" in blocks, "Второй" in blocks) == (False, True)


def test_the_person_sees_all_that_is_in_force_and_nothing_else(client, world):
    for kind in Kind.values:
        sanction(world.who, kind, world.campaign, note=f"Пояснение: {kind}")
    sanction(world.who, Kind.BLOCK, note="На всём сайте")
    sanction(world.who, Kind.SILENCE, starts=-3, ends=-2, note="Прошло")
    sanction(world.who, Kind.SILENCE, lifted=True, note="Снято")
    sanction(people.person(), Kind.SILENCE, note="Чужое")

    page = text(client.get("/me/"))

    for words in (*(f"Пояснение: {kind}" for kind in Kind.values), "На всём сайте", WHY, world.campaign.title):
        assert words in page
    for words in ("Прошло", "Снято", "Чужое"):
        assert words not in page
    assert page.count("модератор проекта") == 4
    assert page.count("модератор сайта") == 1
    # What is to be read stands first, then the strictest.
    order = [page.index(words) for words in ("Пояснение: warning", "Пояснение: block", "Пояснение: premoderation")]
    assert order == sorted(order)


def test_the_page_of_oneself_asks_the_same_for_one_and_thirty(client, world):
    sanction(world.who, Kind.WARNING, world.campaign)
    client.get("/me/")
    with CaptureQueriesContext(connection) as one:
        client.get("/me/")
    for _ in range(29):
        sanction(world.who, Kind.WARNING, world.campaign)

    with CaptureQueriesContext(connection) as thirty:
        client.get("/me/")

    assert len(thirty) == len(one)


def test_a_warning_is_confirmed_by_one_post(client, world):
    warning = sanction(world.who, Kind.WARNING, world.campaign)
    address = f"/me/sanctions/{warning.pk}/confirm/"

    asked = text(client.get("/me/"))
    done = client.post(address)
    first = Sanction.objects.get(pk=warning.pk).confirmed_at
    again = client.post(address)

    assert f'action="{address}"' in asked
    assert (done.status_code, done["Location"], again.status_code) == (303, f"/me/#sanction-{warning.pk}", 303)
    assert first is not None
    assert Sanction.objects.get(pk=warning.pk).confirmed_at == first
    page = text(client.get("/me/"))
    assert "Вы подтвердили, что прочитали." in page
    assert address not in page
    [told] = Event.objects.filter(kind="sanction.confirmed")
    assert (told.subject_id, told.actor_id, told.payload) == (world.who.pk, world.who.pk, {"sanction": warning.pk})
    assert export_of(world.who)["moderation.Sanction"][0]["confirmed_at"] == first


@pytest.mark.parametrize("kind", [Kind.PREMODERATION, Kind.SILENCE, Kind.BLOCK])
def test_only_warnings_are_confirmed(kind):
    person = people.person()
    made = sanction(person, kind)

    with pytest.raises(Http404):
        confirm_warning(person=person, sanction_id=made.pk)


def test_nobody_confirms_for_another(client, world):
    warning = sanction(people.person(), Kind.WARNING)

    answer = client.post(f"/me/sanctions/{warning.pk}/confirm/")

    assert answer.status_code == 404
    assert Sanction.objects.get(pk=warning.pk).confirmed_at is None


def test_a_moderator_sees_whether_a_warning_was_read(client, world):
    warning = sanction(world.who, Kind.WARNING, world.campaign)
    client.force_login(people.with_role("moderator", world.campaign))

    before = text(client.get(f"/admin/sanctions/{warning.pk}/"))
    confirm_warning(person=world.who, sanction_id=warning.pk)
    after = text(client.get(f"/admin/sanctions/{warning.pk}/"))

    assert ("ещё нет" in before, "ещё нет" in after) == (True, False)
