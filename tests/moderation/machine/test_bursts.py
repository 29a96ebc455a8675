"""Bursts: when people are told, who is told, and that no voice is lost."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd import clock
from crowd.events.models import Delivery, Event
from crowd.events.registry import registry as consumers
from crowd.events.worker import Worker
from crowd.limits.models import Usage
from crowd.moderation.machine.bursts import look_for_sign_ups, moderators_of, note_burst
from crowd.moderation.models import Burst
from ideas.handlers import look_for_bursts
from ideas.models import Idea, Vote
from ideas.queries import vote_counts
from tests.factories import ideas, pages, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three(settings, monkeypatch):
    settings.BURST_VOTES = settings.BURST_SIGN_UPS = 3
    monkeypatch.setattr(consumers, "schedules", {})


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def idea(campaign):
    return ideas.idea(pages.cycle(campaign), title="Автобусы на карте")


def votes(idea, count, *, age=timedelta(hours=1), ago=timedelta(minutes=5), value=1):
    """Votes for the idea, given so long ago by accounts so old now."""
    now = clock.now()
    for _ in range(count):
        Vote.objects.create(idea=idea, person=people.person(joined_at=now - age), value=value, cast_at=now - ago)


def sign_ups(network, count, *, ago=0, rule="sign_up"):
    window = int(time.time() - ago)
    Usage.objects.create(rule=rule, who=network * 64, window=window - window % 3600, count=count)


@pytest.mark.parametrize(
    ("count", "how", "noticed"),
    [
        (3, {}, [3]),
        (5, {"value": -1}, [5]),
        (2, {}, []),
        (5, {"age": timedelta(days=2)}, []),
        (5, {"ago": timedelta(hours=2)}, []),
        (5, {"value": 0}, []),
    ],
)
def test_votes_of_new_accounts_within_an_hour_are_a_burst(idea, count, how, noticed):
    votes(idea, count, **how)
    votes(idea, 2, age=timedelta(days=30))

    look_for_bursts()

    assert list(Burst.objects.values_list("count", flat=True)) == noticed


def test_votes_for_several_ideas_are_no_burst_of_one(campaign, idea):
    votes(idea, 2)
    votes(ideas.idea(pages.cycle(campaign)), 2)

    look_for_bursts()

    assert not Burst.objects.exists()


def test_it_is_told_once_a_day_for_each_idea_and_again_the_next(idea):
    votes(idea, 3)
    other = ideas.idea(idea.cycle)
    votes(other, 3)

    look_for_bursts()
    votes(idea, 3)
    look_for_bursts()
    first = list(Burst.objects.order_by("pk").values_list("subject_id", "count"))
    Burst.objects.update(day=clock.now().date() - timedelta(days=1))
    look_for_bursts()

    assert first == [(idea.pk, 3), (other.pk, 3)]
    assert Burst.objects.count() == 4
    assert Event.objects.filter(kind="burst.noticed").count() == 4


def test_voices_stay_and_count_whatever_was_noticed(idea):
    votes(idea, 5)
    before = vote_counts(idea.pk)

    look_for_bursts()
    Worker().drain()

    assert Vote.objects.filter(idea=idea, value=1).count() == 5
    assert vote_counts(idea.pk) == before
    assert Idea.objects.get(pk=idea.pk).moderation == "published"


def test_nobody_is_told_where_it_is_switched_off(settings, idea):
    settings.BURST_VOTES = settings.BURST_SIGN_UPS = 0
    votes(idea, 5)
    sign_ups("a", 50)

    look_for_bursts()
    look_for_sign_ups()

    assert not Burst.objects.exists()


def test_sign_ups_of_one_network_are_a_burst_without_its_name():
    sign_ups("a", 3)
    sign_ups("b", 2)
    sign_ups("c", 50, ago=3 * 3600)
    sign_ups("d", 50, rule="vote")

    look_for_sign_ups()
    look_for_sign_ups()

    [burst] = Burst.objects.all()
    assert (burst.kind, burst.key, burst.count, burst.campaign_id) == ("sign_ups", f"network:{'a' * 16}", 3, None)


def test_moderators_of_the_campaign_and_of_all_get_a_letter_and_nobody_else(campaign, idea):
    here, everywhere = people.with_role("moderator", campaign), people.with_role("moderator")
    people.with_role("moderator", pages.campaign("Другой"))
    people.with_role("moderator", campaign, is_active=False)
    people.with_role("editor", campaign)
    votes(idea, 3)

    look_for_bursts()
    Worker().drain()

    assert [letter.to for letter in mail.outbox] == [[here.email], [everywhere.email]]
    letter = mail.outbox[0]
    assert letter.subject == "Всплеск голосов от новых учётных записей"
    assert "За идею «Автобусы на карте» в течение часа проголосовали новые учётные записи" in letter.body
    assert ": 3 голос" in letter.body
    assert "/admin/bursts/" in letter.body


def test_sign_ups_are_told_to_who_moderates_all():
    everywhere = people.with_role("moderator")
    people.with_role("moderator", pages.campaign())
    sign_ups("a", 4)

    look_for_sign_ups()
    Worker().drain()

    assert [letter.to for letter in mail.outbox] == [[everywhere.email]]
    assert mail.outbox[0].subject == "Всплеск регистраций из одной сети"
    assert "Попыток регистрации из одной сети за час: 4." in mail.outbox[0].body
    assert list(moderators_of(None)) == [everywhere]


def test_letters_name_nothing_that_is_not_public_and_speak_the_readers_language(campaign, idea):
    people.with_role("moderator", campaign, language="en")
    votes(idea, 3)
    Idea.objects.filter(pk=idea.pk).update(moderation="hidden")

    look_for_bursts()
    Worker().drain()

    [letter] = mail.outbox
    assert "Автобусы" not in letter.body
    assert letter.subject


def test_a_mail_server_that_is_away_is_waited_for(campaign, idea, monkeypatch):
    people.with_role("moderator", campaign)

    def refuse(*args, **options):
        raise SMTPException

    with monkeypatch.context() as away:
        away.setattr("crowd.moderation.machine.bursts.send_mail", refuse)
        note_burst(kind="votes", key="idea:1", count=9, campaign_id=campaign.pk)
        Worker().drain()
    waiting = Delivery.objects.get(consumer="moderation.burst_letters").status
    Delivery.objects.update(due_at=clock.now())

    Worker().drain()

    assert waiting == "pending"
    assert len(mail.outbox) == 1


def test_moderators_see_the_bursts_of_their_campaigns(client, campaign, idea):
    votes(idea, 3)
    look_for_bursts()
    elsewhere = ideas.idea(pages.cycle(pages.campaign("Другой")), title="Чужая идея")
    votes(elsewhere, 3)
    sign_ups("a", 4)
    look_for_bursts()
    look_for_sign_ups()

    client.force_login(people.with_role("moderator", campaign))
    own = client.get("/admin/bursts/").text
    client.force_login(people.with_role("moderator"))
    every = client.get("/admin/bursts/").text
    votes_only = client.get("/admin/bursts/?kind=votes").text

    assert ("Автобусы на карте" in own, "Чужая идея" in own, "одна сеть" in own) == (True, False, False)
    assert f"/admin/moderation/idea/{idea.pk}/" in own
    assert ("Автобусы на карте" in every, "Чужая идея" in every, "одна сеть" in every) == (True, True, True)
    assert "одна сеть" not in votes_only


def test_list_asks_as_many_queries_for_30_as_for_one(client, campaign):
    client.force_login(people.with_role("moderator", campaign))
    cycle = pages.cycle(campaign)

    def noted(number):
        about = ideas.idea(cycle)
        note_burst(kind="votes", key=f"idea:{number}", count=3, case=("idea", about.pk), campaign_id=campaign.pk)

    noted(0)
    client.get("/admin/bursts/")
    with CaptureQueriesContext(connection) as one:
        client.get("/admin/bursts/")
    for number in range(1, 30):
        noted(number)

    with CaptureQueriesContext(connection) as many:
        client.get("/admin/bursts/")

    assert len(many) == len(one)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_workers_that_notice_at_once_one_tells():
    barrier = threading.Barrier(4)

    def notice(_number):
        barrier.wait(60)
        try:
            return note_burst(kind="votes", key="idea:1", count=3)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(notice, range(4)))

    assert sum(burst is not None for burst in told) == 1
    assert Event.objects.filter(kind="burst.noticed").count() == 1
