"""Who may do what with an idea, in which phase, in which state: every action × role × phase × state, by one table.

Each row says who, in which phases (ALL: whatever is open) and in which states; everything else must be refused. The
rows are written by hand and know nothing of the tables in the code.
"""

import pytest
from django.db import transaction
from django.http import Http404

from crowd.errors import DomainError
from crowd.moderation.actions import decide
from crowd.moderation.models import Reason
from crowd.people.models import Person
from discussions.actions import post_comment
from discussions.models import Thread
from ideas import actions
from ideas.actions import IdeaText
from ideas.actions.steps import take_step
from ideas.models import Idea
from ideas.queries import criteria_of
from tests.factories import pages
from tests.factories.ideas import idea as make_idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

HERE = ("expert", "operator", "moderator", "editor", "approver", "body")
ROLES = ("nobody", "unconfirmed", "resident", "author", *HERE, "stranger", "admin")
PEOPLE = {"resident", "author", *HERE, "stranger", "admin"}
PHASES = ("closed", "submit", "comment", "vote", "rate", "review")
ALL = set(PHASES)

NOT_PUBLIC = [f"{moderation} open" for moderation in ("draft", "pending", "needs_work", "hidden", "rejected")]
PUBLIC = [f"published {progress}" for progress in Idea.Progress.values]
STATES = [*NOT_PUBLIC, *PUBLIC]

TEXT = IdeaText(title="Тёплые остановки", problem="Зимой ждать автобус холодно.")


OTHER = "Похожая идея"


def edited(who, row):
    actions.edit_idea(author=who, idea_id=row.pk, text=TEXT)


def decided(outcome):
    def act(who, row):
        reason = Reason.objects.get(slug="other")
        decide(moderator=who, kind="idea", subject_id=row.pk, outcome=outcome, reason=reason)

    return act


def reviewed(who, row):
    scores = {criterion.key: 3 for criterion in criteria_of(row.cycle)}
    actions.keep_review(expert=who, idea_id=row.pk, scores=scores, comment="Осуществимо.", submit=True)


def answered(progress):
    def act(who, row):
        actions.answer_idea(actor=who, idea_id=row.pk, progress=progress, on_behalf="Департамент", text="Сделаем.")

    return act


def commented(who, row):
    post_comment(author=who, thread=Thread.objects.get(host_kind="idea", host_id=row.pk), body="Поддерживаю.")


MODERATORS, ANSWERING = {"moderator", "admin"}, {"editor", "body", "admin"}
OPEN, SHORTLISTED = {"published open"}, {"published shortlisted"}
DECIDED = {f"published {progress}" for progress in ("accepted", "declined", "in_progress", "done")}

# action: (who, in which phases, in which states, how)
TABLE = {
    "edit": (
        {"author"},
        {"submit"},
        {"pending open", "published open"},
        edited,
    ),
    "clarify": (
        {"author"},
        ALL - {"closed"},
        OPEN | SHORTLISTED | DECIDED,
        lambda who, row: actions.add_clarification(author=who, idea_id=row.pk, body="Речь о зиме."),
    ),
    "invite": (
        {"author"},
        ALL,
        {"pending open", "needs_work open"} | OPEN | SHORTLISTED | DECIDED,
        lambda who, row: actions.invite_co_author(author=who, idea_id=row.pk, email="friend@example.org"),
    ),
    "merge": (
        {"author", "moderator", "editor", "admin"},
        ALL,
        OPEN | SHORTLISTED,
        lambda who, row: actions.merge_idea(actor=who, idea_id=row.pk, into_id=row.cycle.ideas.get(title=OTHER).pk),
    ),
    "unmerge": (
        {"moderator", "editor", "admin"},
        ALL,
        {"published merged"},
        lambda who, row: actions.unmerge_idea(actor=who, idea_id=row.pk),
    ),
    "reopen": (
        {"editor", "admin"},
        ALL,
        {f"published {progress}" for progress in ("shortlisted", "declined", "accepted")},
        lambda who, row: take_step(actor=who, idea_id=row.pk, step="reopen", reason="Ещё подумаем."),
    ),
    "withdraw": (
        {"author"},
        ALL,
        {"pending open", "needs_work open", "published open"},
        lambda who, row: actions.withdraw_idea(author=who, idea_id=row.pk),
    ),
    "vote": (PEOPLE, {"vote"}, OPEN | SHORTLISTED, lambda who, row: actions.cast_vote(person=who, idea=row, value=1)),
    "comment": (PEOPLE, {"comment"}, OPEN | SHORTLISTED | DECIDED, commented),
    "publish": (
        MODERATORS,
        ALL,
        {"pending open", "needs_work open", "hidden open", "rejected open"},
        decided("publish"),
    ),
    "return": (MODERATORS, ALL, {"pending open"}, decided("needs_work")),
    "reject": (MODERATORS, ALL, {"pending open", "needs_work open"}, decided("reject")),
    "hide": (MODERATORS, ALL, set(PUBLIC), decided("hide")),
    "shortlist": (
        ANSWERING,
        ALL,
        OPEN | {"published declined"},
        lambda who, row: actions.shortlist_idea(actor=who, idea_id=row.pk),
    ),
    "review": ({"expert", "admin"}, {"review"}, SHORTLISTED, reviewed),
    "accept": (
        ANSWERING,
        ALL,
        {f"published {progress}" for progress in ("open", "shortlisted", "declined", "accepted")},
        answered("accepted"),
    ),
    "decline": (
        ANSWERING,
        ALL,
        {f"published {progress}" for progress in ("open", "shortlisted", "accepted", "declined")},
        answered("declined"),
    ),
    "finish": (
        ANSWERING,
        ALL,
        {f"published {progress}" for progress in ("accepted", "in_progress", "done")},
        answered("done"),
    ),
}

# What was given back may be mended whenever it came back.
ALSO = {"edit": [({"author"}, ALL, {"needs_work open"})]}

# Their addresses ask first who is signed in.
SIGNED_IN_ONLY = {TABLE[name][3] for name in ("edit", "clarify", "invite", "withdraw", "reopen")}


@pytest.fixture
def cycle():
    return pages.cycle(opens=())


@pytest.fixture
def people(cycle):
    here, admin = cycle.get_parent(), person(is_superuser=True)
    elsewhere = pages.campaign("Там")
    stranger = person()
    for role in ("moderator", "editor", "expert", "body", "operator"):
        stranger.roles.create(role=role, campaign=elsewhere)
    known = {role: with_role(role, here) for role in HERE}
    unconfirmed = person(verification=Person.Verification.NONE)
    return known | {
        "nobody": None,
        "unconfirmed": unconfirmed,
        "resident": person(),
        "author": person(),
        "stranger": stranger,
        "admin": admin,
    }


def is_done(act, who, row):
    """Say whether the action was heeded; leave everything as it was."""
    # What is known of a person is kept with the object: each try starts with what the database says.
    who = Person.objects.get(pk=who.pk) if who else None
    if who is None and act in SIGNED_IN_ONLY:
        return False
    row = Idea.objects.select_related("cycle").get(pk=row.pk)
    try:
        with transaction.atomic():
            act(who, row)
            transaction.set_rollback(True)
    except (DomainError, Http404):
        return False
    return True


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", sorted(TABLE))
def test_action_is_open_to_those_and_then_whom_and_when_the_table_names(cycle, people, action, state):
    *row_of_table, act = TABLE[action]
    allowed = [row_of_table, *ALSO.get(action, [])]
    moderation, progress = state.split()
    row = make_idea(cycle, author=people["author"], moderation=moderation, progress=progress)
    make_idea(cycle, title=OTHER)
    wanted = {(role, phase) for who, phases, states in allowed if state in states for role in who for phase in phases}
    done = set()

    # To open more forbids nothing: whoever is refused while everything is open need not be asked again.
    pages.phase(cycle, *PHASES[1:])
    asked = [role for role in ROLES if is_done(act, people[role], row) or role in dict(wanted)]
    for phase in PHASES:
        cycle.phases.all().delete()
        if phase != "closed":
            pages.phase(cycle, phase)
        done |= {(role, phase) for role in asked if is_done(act, people[role], row)}

    assert done == wanted
