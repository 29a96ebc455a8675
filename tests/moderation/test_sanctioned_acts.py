"""Every action of residents × every kind of sanction × where and when it holds: each cell is tried for real."""

import inspect
from dataclasses import dataclass, field
from itertools import product
from pkgutil import iter_modules
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

import crowd.moderation.actions
import discussions.actions
import ideas.actions
import questions.actions
import services.actions
from crowd.errors import Blocked, Silenced
from crowd.moderation.models import FlagReason, Sanction
from crowd.moderation.rules import FORBIDS, Act
from discussions.actions import delete_comment, edit_comment, post_comment, react_to_comment
from ideas.actions import IdeaText
from ideas.actions.operators import cast_vote_for, submit_idea_for
from ideas.models import CoAuthor, Idea
from questions.actions import answer_question
from services.actions import rate_service
from tests.factories import accounts, comments, decisions, pages, people
from tests.factories.ideas import idea
from tests.factories.questions import question
from tests.factories.sanctions import sanction
from tests.factories.services import asking, service

pytestmark = pytest.mark.django_db

Kind = Sanction.Kind
TEXT = IdeaText(title="Тёплые остановки", problem="Холодно ждать.")
WRITING = {Kind.SILENCE, Kind.BLOCK}
COUNTING = {Kind.BLOCK}


@dataclass(frozen=True)
class Row:
    """One action. `prepare(world)` makes what it needs and returns the doing of it; `forbidden` by which kinds."""

    prepare: Any
    forbidden: set[str] = field(default_factory=set)


def called(world, *, accept):
    invitation = CoAuthor.objects.create(idea=world.other_idea, email=world.who.email)
    return lambda: ideas.actions.answer_invitation(person=world.who, invitation_id=invitation.pk, accept=accept)


def left(world):
    named = CoAuthor.objects.create(
        idea=world.other_idea, email=world.who.email, person=world.who, state="accepted", answered_at=world.now
    )
    return lambda: ideas.actions.remove_co_author(person=world.who, co_author_id=named.pk)


def parted(world):
    ideas.actions.merge_idea(actor=world.who, idea_id=world.idea.pk, into_id=world.other_idea.pk)
    return lambda: ideas.actions.unmerge_idea(actor=world.who, idea_id=world.idea.pk)


def taken_back(world):
    ideas.actions.cast_vote(person=world.who, idea=world.other_idea, value=1)
    return lambda: ideas.actions.cast_vote(person=world.who, idea=world.other_idea, value=0)


def moved(world):
    duplicate = idea(world.cycle, title="То же самое")
    ideas.actions.cast_vote(person=world.who, idea=duplicate, value=1)
    ideas.actions.merge_idea(actor=world.moderator, idea_id=duplicate.pk, into_id=world.other_idea.pk)
    return lambda: ideas.actions.move_vote(person=world.who, idea_id=duplicate.pk)


def appealed(world):
    decided = decisions.decided(world.idea)
    return lambda: crowd.moderation.actions.appeal_decision(author=world.who, decision_id=decided.pk, text="Неверно")


def warned(world):
    warning = sanction(world.who, Kind.WARNING)
    return lambda: crowd.moderation.actions.confirm_warning(person=world.who, sanction_id=warning.pk)


def drafted(world):
    draft = ideas.actions.keep_draft(author=world.who, cycle=world.cycle, text=TEXT)
    return lambda: ideas.actions.delete_draft(author=world.who, idea_id=draft.pk)


ROWS = {
    "post_comment": Row(lambda w: lambda: post_comment(author=w.who, thread=w.thread, body="Слова"), WRITING),
    "edit_comment": Row(
        lambda w: lambda: edit_comment(author=w.who, comment_id=w.own.pk, body="Другое", stance=""), WRITING
    ),
    "react_to_comment": Row(lambda w: lambda: react_to_comment(person=w.who, comment_id=w.others.pk, value=1), WRITING),
    "submit_idea": Row(lambda w: lambda: ideas.actions.submit_idea(author=w.who, cycle=w.cycle, text=TEXT), WRITING),
    "submit_idea_for": Row(
        lambda w: (
            lambda: submit_idea_for(operator=w.operator, resident=w.who, cycle=w.cycle, text=TEXT, consent="подпись")
        ),
        WRITING,
    ),
    "edit_idea": Row(lambda w: lambda: ideas.actions.edit_idea(author=w.who, idea_id=w.idea.pk, text=TEXT), WRITING),
    "add_clarification": Row(
        lambda w: lambda: ideas.actions.add_clarification(author=w.who, idea_id=w.idea.pk, body="И ещё"),
        WRITING | {Kind.PREMODERATION},
    ),
    "invite_co_author": Row(
        lambda w: lambda: ideas.actions.invite_co_author(author=w.who, idea_id=w.idea.pk, email="a@example.org"),
        WRITING,
    ),
    "answer_invitation": Row(lambda w: called(w, accept=True), WRITING),
    "answer_invitation: no": Row(lambda w: called(w, accept=False)),
    "merge_idea": Row(
        lambda w: lambda: ideas.actions.merge_idea(actor=w.who, idea_id=w.idea.pk, into_id=w.other_idea.pk), WRITING
    ),
    "unmerge_idea": Row(parted, WRITING),
    "cast_vote": Row(lambda w: lambda: ideas.actions.cast_vote(person=w.who, idea=w.other_idea, value=1), COUNTING),
    "cast_vote: back": Row(taken_back, COUNTING),
    "cast_vote_for": Row(
        lambda w: (
            lambda: cast_vote_for(operator=w.operator, resident=w.who, idea=w.other_idea, value=1, consent="подпись")
        ),
        COUNTING,
    ),
    "move_vote": Row(moved, COUNTING),
    "answer_question": Row(
        lambda w: lambda: answer_question(person=w.who, question_id=w.question.pk, choices=["c1"]), COUNTING
    ),
    "flag_contribution": Row(
        lambda w: (
            lambda: crowd.moderation.actions.flag_contribution(
                person=w.who, kind="idea", subject_id=w.other_idea.pk, reason=w.flag_reason
            )
        ),
        WRITING,
    ),
    "rate_service": Row(
        lambda w: lambda: rate_service(person=w.who, service=w.service, score=5, block=w.discussion), COUNTING
    ),
    "rate_service: own page": Row(lambda w: lambda: rate_service(person=w.who, service=w.service, score=5), COUNTING),
    # Whoever is silenced may still say that it is wrong; and what is shown to oneself alone is read.
    "appeal_decision": Row(appealed),
    "confirm_warning": Row(warned),
    # Taking back what is one's own, and what is kept for oneself.
    "delete_comment": Row(lambda w: lambda: delete_comment(author=w.who, comment_id=w.own.pk)),
    "withdraw_idea": Row(lambda w: lambda: ideas.actions.withdraw_idea(author=w.who, idea_id=w.idea.pk)),
    "keep_draft": Row(lambda w: lambda: ideas.actions.keep_draft(author=w.who, cycle=w.cycle, text=TEXT)),
    "delete_draft": Row(drafted),
    "remove_co_author": Row(left),
}
# Actions that name a person but are none of a resident's: what staff do by their roles, and what follows by itself.
BY_ROLE = {
    "add_note",
    "answer_idea",
    "claim_case",
    "claim_next",
    "decide",
    "decide_appeal",
    "decide_as_meant",
    "declare_conflict",
    "erase_flags",
    "erase_votes",
    "escalate",
    "impose_sanction",
    "keep_review",
    "lift_sanction",
    "lock_thread",
    "mark_duplicate",
    "merge_flags",
    "merge_votes",
    "pin_comment",
    "release_case",
    "set_voice",
    "shortlist_idea",
    "take_step",
    "unlock_thread",
    "unpin_comment",
    "write_decision",
}


@pytest.fixture
def world():
    here = pages.campaign()
    rated = service()
    cycle = pages.cycle(here)
    discussion = asking(rated, parent=here, opens=("comment", "rate"))
    thread = comments.thread(discussion)
    who = accounts.account()
    own = comments.comment(thread, author=who)
    return SimpleNamespace(
        here=here,
        elsewhere=pages.campaign("Другой"),
        cycle=cycle,
        discussion=discussion,
        thread=thread,
        who=who,
        own=own,
        now=own.created_at,
        others=comments.comment(thread),
        idea=idea(cycle, author=who, title="Своя"),
        other_idea=Idea.objects.select_related("cycle").get(pk=idea(cycle, title="Чужая").pk),
        question=question(discussion),
        service=rated,
        flag_reason=FlagReason.objects.get(slug="insult"),
        operator=people.with_role("operator", here),
        moderator=people.with_role("moderator", here),
    )


def outcome(act):
    """What comes of the action, which leaves nothing behind."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except Blocked:
        return "blocked"
    except Silenced:
        return "silenced"
    return "done"


@pytest.mark.parametrize("name", ROWS)
def test_action_under_each_sanction(world, name):
    row, outcomes = ROWS[name], {}
    act = row.prepare(world)
    cells = {
        "here": (world.here, {}),
        "everywhere": (None, {}),
        "elsewhere": (world.elsewhere, {}),
        "not yet": (None, {"starts": 1, "ends": 2}),
        "over": (None, {"starts": -2, "ends": -1}),
        "lifted": (None, {"lifted": True}),
    }

    for kind, (cell, (campaign, when)) in product(Kind.values, cells.items()):
        imposed = sanction(world.who, kind, campaign, **when)
        outcomes[kind, cell] = outcome(act)
        imposed.delete()
    sanction(people.person(), Kind.BLOCK)
    outcomes["another's"] = outcome(act)

    words = {Kind.SILENCE: "silenced", Kind.PREMODERATION: "silenced", Kind.BLOCK: "blocked"}
    refused = {(kind, cell): words[kind] for kind in row.forbidden for cell in ("here", "everywhere")}
    free = dict.fromkeys([*product(Kind.values, cells), "another's"], "done")
    assert outcomes == free | refused


def test_every_action_of_a_resident_stands_in_the_table():
    found = set()
    for package in (crowd.moderation.actions, discussions.actions, ideas.actions, questions.actions, services.actions):
        names = [one.name for one in iter_modules(getattr(package, "__path__", []))]
        modules = [package, *(__import__(f"{package.__name__}.{name}", fromlist=["x"]) for name in names)]
        for module in modules:
            for name, action in inspect.getmembers(module, inspect.isfunction):
                if not name.startswith("_") and action.__module__.startswith(package.__name__) and is_somebodys(action):
                    found.add(name)

    assert found == {name.partition(":")[0] for name in ROWS} | BY_ROLE


def is_somebodys(action):
    """Whether it is done by a person: its arguments are by name and one of them is a `Person`."""
    parameters = inspect.signature(action).parameters.values()
    return any(one.kind == one.KEYWORD_ONLY and "Person" in str(one.annotation) for one in parameters)


def test_flags_are_for_who_may_write():
    assert {kind for kind, acts in FORBIDS.items() if Act.FLAG in acts} == WRITING


@pytest.mark.parametrize("standing", ["newcomer", "trusted"])
@pytest.mark.parametrize("setting", ["nobody", "newcomers", "everybody"])
@pytest.mark.parametrize("checked", [True, False])
def test_what_is_checked_first_waits_whatever_the_page_says(world, checked, setting, standing):
    world.discussion.comments_premoderation = world.cycle.ideas_premoderation = setting
    world.discussion.save()
    world.cycle.save()
    thread = comments.thread(world.discussion)
    who = accounts.account(standing=standing)
    if checked:
        sanction(who, Kind.PREMODERATION, world.here)

    comment = post_comment(author=who, thread=thread, body="Слова")
    proposed = ideas.actions.submit_idea(author=who, cycle=world.cycle, text=TEXT)

    waits = checked or setting == "everybody" or (setting, standing) == ("newcomers", "newcomer")
    state = "pending" if waits else "published"
    assert (comment.moderation, proposed.moderation) == (state, state)


def test_what_is_checked_first_waits_when_it_is_changed_and_nowhere_else(world):
    sanction(world.who, Kind.PREMODERATION, world.here)

    changed = edit_comment(author=world.who, comment_id=world.own.pk, body="Другое", stance="")
    edited = ideas.actions.edit_idea(author=world.who, idea_id=world.idea.pk, text=TEXT)
    entered = submit_idea_for(
        operator=world.operator, resident=world.who, cycle=world.cycle, text=TEXT, consent="подпись"
    )
    elsewhere = comments.comment(comments.thread(pages.discussion(world.elsewhere)), author=world.who)

    assert [changed.moderation, edited.moderation, entered.moderation] == ["pending"] * 3
    assert elsewhere.moderation == "published"


def test_rating_on_the_own_page_concerns_every_campaign_that_asks(world):
    asking(world.service, parent=world.elsewhere)
    sanction(world.who, Kind.BLOCK, world.elsewhere)

    own_page = outcome(lambda: rate_service(person=world.who, service=world.service, score=5))
    here = outcome(lambda: rate_service(person=world.who, service=world.service, score=5, block=world.discussion))

    assert (own_page, here) == ("blocked", "done")
