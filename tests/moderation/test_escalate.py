"""A case that a moderator hands on: who may, when, who sees it then, and what ends it."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from crowd.errors import AlreadyDecided, Invalid, NotAllowed
from crowd.events.models import Event
from crowd.moderation.case_queries import escalated_to, open_escalation
from crowd.moderation.case_rules import is_taking_over, takes_over
from crowd.moderation.models import Decision, Escalation
from crowd.moderation.queries import moderation_queue
from crowd.moderation.waiting import Scope
from crowd.people.queries import Roles
from ideas.models import Idea
from tests.factories import comments, ideas, pages, people
from tests.factories.cases import WHY, administrator, escalated, manager
from tests.factories.flags import decided, flag

HANDED = Scope(escalated=True)

pytestmark = pytest.mark.django_db

Moderation = Idea.Moderation


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def waiting(cycle):
    return ideas.idea(cycle, moderation=Moderation.PENDING, title="Спорная идея")


@pytest.fixture
def moderator(campaign):
    return people.with_role("moderator", campaign)


@pytest.mark.parametrize(
    ("moderates", "edits", "everywhere", "taken"),
    [
        ({1, 2}, {2, 3}, False, frozenset({2})),
        ({1}, {2}, False, frozenset()),
        ({None}, {2, 3}, False, frozenset({2, 3})),
        ({1}, {None}, False, frozenset({1})),
        ({None}, {None}, False, None),
        ({None}, set(), False, frozenset()),
        (set(), {None}, False, frozenset()),
        (set(), set(), True, None),
    ],
)
def test_to_whom_cases_are_handed(moderates, edits, everywhere, taken):
    roles = Roles({"moderator": frozenset(moderates), "editor": frozenset(edits)}, everywhere=everywhere)

    assert takes_over(roles) == taken
    assert is_taking_over(roles) == (taken != frozenset())


def outcome_of(work):
    try:
        work()
    except (NotAllowed, Http404, AlreadyDecided, Invalid) as refused:
        return type(refused)
    return None


def test_it_leaves_a_trace_and_an_event(campaign, waiting, moderator):
    made = escalated(waiting, moderator, note="  Не   понимаю,\nэто угроза?  ")

    assert (made.kind, made.subject_id, made.campaign_id, made.moderator) == (
        "idea",
        waiting.pk,
        campaign.pk,
        moderator,
    )
    assert (made.note, made.after) == ("Не понимаю, это угроза?", 0)
    event = Event.objects.get(kind="moderation.escalated")
    assert (event.subject_id, event.actor_id, event.payload) == (waiting.pk, moderator.pk, {"escalation": made.pk})
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("moderator", None),
        ("moderator everywhere", None),
        ("manager", None),
        ("admin", None),
        ("stranger", Http404),
        ("editor", NotAllowed),
        ("approver", NotAllowed),
        ("expert", NotAllowed),
        ("operator", NotAllowed),
        ("body", NotAllowed),
        ("resident", NotAllowed),
        ("author", NotAllowed),
    ],
)
def test_who_hands_on(campaign, waiting, role, refused):
    special = {
        "moderator everywhere": lambda: people.with_role("moderator"),
        "manager": lambda: manager(campaign),
        "admin": administrator,
        "stranger": lambda: people.with_role("moderator", pages.campaign("Там")),
        "resident": people.person,
        "author": lambda: waiting.author,
    }
    person = special[role]() if role in special else people.with_role(role, campaign)

    assert outcome_of(lambda: escalated(waiting, person)) == refused
    assert Escalation.objects.count() == (refused is None)


@pytest.mark.parametrize("state", [state for state in Moderation if state != Moderation.DRAFT])
def test_in_which_states(cycle, moderator, state):
    mine = ideas.idea(cycle, moderation=state)

    refused = None if state in {"pending", "published"} else AlreadyDecided
    assert outcome_of(lambda: escalated(mine, moderator)) == refused


@pytest.mark.parametrize("note", ["", "   ", "а" * 501, "с\x00нулём"])
def test_it_says_why_and_briefly(waiting, moderator, note):
    with pytest.raises(Invalid) as refused:
        escalated(waiting, moderator, note=note)

    assert list(refused.value.fields) == ["note"]


def test_what_was_decided_meanwhile_is_not_handed_on(cycle, moderator):
    public = ideas.idea(cycle)
    flag(public)
    decided(public, "keep")

    with pytest.raises(AlreadyDecided):
        escalated(public, moderator, seen=0)
    escalated(public, moderator, seen=Decision.objects.get().pk)


def test_handed_on_it_is_not_handed_on_again(campaign, waiting, moderator):
    escalated(waiting, moderator)

    with pytest.raises(AlreadyDecided, match="уже передали"):
        escalated(waiting, people.with_role("moderator", campaign))


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("who handed on", NotAllowed),
        ("another moderator", None),
        ("manager", None),
        ("admin", None),
        ("editor", NotAllowed),
    ],
)
def test_who_decides_what_was_handed_on(campaign, waiting, moderator, role, refused):
    escalated(waiting, moderator)
    person = {
        "who handed on": lambda: moderator,
        "another moderator": lambda: people.with_role("moderator", campaign),
        "manager": lambda: manager(campaign),
        "admin": administrator,
        "editor": lambda: people.with_role("editor", campaign),
    }[role]()

    assert outcome_of(lambda: decided(waiting, "publish", person)) == refused
    assert (open_escalation("idea", waiting.pk) is None) == (refused is None)


def test_an_administrator_who_handed_on_may_take_it_again(waiting):
    admin = administrator()
    escalated(waiting, admin)

    decided(waiting, "publish", admin)

    assert open_escalation("idea", waiting.pk) is None


def test_after_a_decision_it_may_be_handed_on_anew(cycle, moderator):
    public = ideas.idea(cycle)
    flag(public)
    first = escalated(public, moderator)
    kept = decided(public, "keep")
    flag(public)

    second = escalated(public, moderator)

    assert (first.after, second.after) == (0, kept.pk)
    assert open_escalation("idea", public.pk) == second


def test_it_leaves_the_ordinary_list_for_the_administrators(campaign, cycle, waiting, moderator):
    flagged, comment = ideas.idea(cycle), comments.comment(comments.thread(pages.discussion(campaign)))
    flag(flagged)
    flag(comment)
    stays = ideas.idea(cycle, moderation=Moderation.PENDING)
    elsewhere = ideas.idea(moderation=Moderation.PENDING)
    # Of the same number as a comment that nobody handed on: kinds are kept apart.
    for post in (comment, waiting, flagged, elsewhere):
        escalated(post)

    queue = moderation_queue(moderator)

    assert [(one.case.kind, one.case.id) for one in queue.waiting] == [("idea", stays.pk)]
    assert (queue.total, queue.by_kind, queue.flagged, queue.escalated) == (1, {"comment": 0, "idea": 1}, 0, 0)
    named = [("comment", comment.pk), ("idea", waiting.pk), ("idea", flagged.pk)]
    assert moderation_queue(moderator, HANDED).waiting == []
    assert [(one.case.kind, one.case.id) for one in moderation_queue(manager(campaign), HANDED).waiting] == named
    everything = moderation_queue(administrator(), HANDED).waiting
    assert [(one.case.kind, one.case.id) for one in everything] == [*named, ("idea", elsewhere.pk)]
    assert everything[0].escalation.note == WHY


def test_what_its_author_took_away_is_no_longer_there(cycle, moderator):
    mine = ideas.idea(cycle, moderation=Moderation.PENDING)
    escalated(mine, moderator)
    Idea.objects.filter(pk=mine.pk).update(moderation=Moderation.DRAFT)

    assert escalated_to(administrator()) == []


def test_the_pages_show_it_to_whom_it_was_handed(client, campaign, waiting, moderator):
    client.force_login(moderator)
    done = client.post(f"/admin/moderation/idea/{waiting.pk}/escalate/", {"note": WHY, "seen": "0"})
    own = client.get("/admin/moderation/").content.decode()
    asked = client.get("/admin/moderation/?escalated=1").content.decode()
    case = client.get(f"/admin/moderation/idea/{waiting.pk}/").content.decode()
    retaken = client.post(f"/admin/moderation/idea/{waiting.pk}/decide/", {"outcome": "publish"})
    client.force_login(manager(campaign))
    theirs = client.get("/admin/moderation/?escalated=1").content.decode()
    published = client.post(f"/admin/moderation/idea/{waiting.pk}/decide/", {"outcome": "publish"})
    after = client.get("/admin/moderation/?escalated=1").content.decode()

    assert (done.status_code, done["Location"]) == (302, "/admin/moderation/")
    assert ("Спорная идея" in own, "Переданные (" in own) == (False, False)
    assert ("Спорная идея" in asked, "решают администраторы" in asked) == (False, True)
    assert ("Запись передали" in case, WHY in case, "/escalate/" in case) == (True, True, False)
    assert retaken.status_code == 403
    assert "Вы передали эту запись" in retaken.content.decode()
    assert ("Спорная идея" in theirs, WHY in theirs, "Переданные (1)" in theirs) == (True, True, True)
    assert published.status_code == 302
    assert ("Переданные (0)" in after, "Переданных записей сейчас нет." in after) == (True, True)


def test_what_is_refused_stays_typed(client, waiting, moderator):
    client.force_login(moderator)
    long = "слово " * 100

    refused = client.post(f"/admin/moderation/idea/{waiting.pk}/escalate/", {"note": long, "seen": "0"})

    html = refused.content.decode()
    assert refused.status_code == 422
    assert (long.strip() in html, "Не длиннее 500 знаков." in html) == (True, True)
    assert Escalation.objects.count() == 0


def test_a_stranger_finds_nothing(client, waiting, moderator):
    escalated(waiting, moderator)
    client.force_login(manager(pages.campaign("Там")))

    page = client.get("/admin/moderation/?escalated=1").content.decode()
    posted = client.post(f"/admin/moderation/idea/{waiting.pk}/escalate/", {"note": "Слова"})

    assert ("Спорная идея" in page, "Переданные (0)" in page, posted.status_code) == (False, True, 404)


def test_the_database_refuses_to_change_one(waiting, moderator):
    made = escalated(waiting, moderator)

    with pytest.raises(DatabaseError, match="an escalation is never changed"), transaction.atomic():
        Escalation.objects.filter(pk=made.pk).update(note="Иначе")
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="an escalation is never changed"), transaction.atomic():
            Escalation.objects.filter(pk=made.pk).delete()


@pytest.mark.parametrize("fields", [{}, {"note": "", "after": 7}])
def test_the_database_knows_one_between_two_decisions_and_none_without_a_note(waiting, moderator, fields):
    made = escalated(waiting, moderator)
    same = {"kind": "idea", "subject_id": waiting.pk, "campaign_id": made.campaign_id, "moderator": moderator}

    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(**(same | {"note": "Слова", "after": 0} | fields))


def test_handed_on_the_list_asks_the_same_queries_for_one_and_thirty(client, campaign, cycle):
    client.force_login(manager(campaign))
    thread = comments.thread(pages.discussion(campaign))

    def make():
        escalated(ideas.idea(cycle, moderation=Moderation.PENDING))
        escalated(comments.comment(thread))

    make()
    client.get("/admin/moderation/?escalated=1")
    with CaptureQueriesContext(connection) as one:
        client.get("/admin/moderation/?escalated=1")
    for _ in range(29):
        make()
    with CaptureQueriesContext(connection) as thirty:
        client.get("/admin/moderation/?escalated=1")

    assert len(thirty) == len(one)
