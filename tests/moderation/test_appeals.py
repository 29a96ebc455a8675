from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404
from wagtail.models import ModelLogEntry

from crowd import clock
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, PhaseClosed
from crowd.events.models import Event
from crowd.moderation.actions import appeal_decision, decide, decide_appeal
from crowd.moderation.models import Appeal, Decision
from crowd.people.personal_data import export_of, registry
from ideas.actions import IdeaText, edit_idea
from ideas.models import Idea
from tests.factories import accounts, comments, decisions, pages, people
from tests.factories.decisions import WHY

pytestmark = pytest.mark.django_db

State = Appeal.State


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def first(campaign):
    return people.with_role("moderator", campaign)


@pytest.fixture
def hidden(campaign, first):
    return decisions.hidden_idea(pages.cycle(campaign), moderator=first)


ROLES = ["author", "other", "first", "second", "administrator", "foreign moderator", "editor", "moderating author"]


def somebody(who, campaign, decision):
    if who in {"author", "first"}:
        return decision.author if who == "author" else decision.moderator
    if who == "moderating author":
        people.CampaignRole.objects.create(person=decision.author, role="moderator", campaign=campaign)
        return decision.author
    if who == "administrator":
        return people.person(is_superuser=True)
    if who == "foreign moderator":
        return people.with_role("moderator", pages.campaign("Другой"))
    return people.person() if who == "other" else people.with_role({"second": "moderator"}.get(who, who), campaign)


@pytest.mark.parametrize("who", ROLES)
def test_only_the_author_appeals(campaign, hidden, who):
    _idea, decision = hidden
    actor = somebody(who, campaign, decision)

    if who in {"author", "moderating author"}:
        appeal_decision(author=actor, decision_id=decision.pk, text=WHY)
    else:
        with pytest.raises(Http404):
            appeal_decision(author=actor, decision_id=decision.pk, text=WHY)

    assert Appeal.objects.count() == (who in {"author", "moderating author"})


@pytest.mark.parametrize("outcome", ["hide", "reject", "needs_work", "publish"])
def test_what_went_against_a_post_can_be_appealed(outcome):
    made, decision = decisions.hidden_idea(outcome=outcome)

    if outcome == "publish":
        with pytest.raises(Http404):
            decisions.appeal(decision)
    else:
        appeal = decisions.appeal(decision, f"  {WHY}\r\n")
        assert (appeal.text, appeal.state, appeal.author) == (WHY, State.WAITING, made.author)
        assert (appeal.campaign_id, appeal.first_moderator) == (decision.campaign_id, decision.moderator)


def test_an_appeal_is_raised_once(hidden):
    _idea, decision = hidden
    decisions.appeal(decision)

    with pytest.raises(AlreadyDecided) as refused:
        decisions.appeal(decision)

    assert str(refused.value.detail) == "Вы уже обжаловали это решение: ждёт решения."
    with pytest.raises(IntegrityError), transaction.atomic():
        decisions.waiting(decision)


@pytest.mark.parametrize(("late", "open_"), [(-1, True), (1, False)])
def test_an_appeal_has_its_term(hidden, late, open_):
    _idea, decision = hidden
    moment = decision.decided_at + timedelta(days=settings.APPEAL_DAYS, seconds=late)

    with clock.at(moment):
        if open_:
            decisions.appeal(decision)
        else:
            with pytest.raises(PhaseClosed) as refused:
                decisions.appeal(decision)
            assert "Обжаловать это решение можно было до" in str(refused.value.detail)

    assert settings.APPEAL_DAYS == 14
    assert Appeal.objects.exists() == open_


@pytest.mark.parametrize("text", ["", "  \n", "я" * 2001, "с нулём\x00"])
def test_what_is_no_text_is_refused(hidden, text):
    _idea, decision = hidden

    with pytest.raises(Invalid) as refused:
        decisions.appeal(decision, text)

    assert list(refused.value.fields) == ["text"]


def test_a_decision_that_was_replaced_is_not_appealed(hidden):
    made, decision = hidden
    decisions.decided(made, "publish")
    latest = decisions.decided(made, "hide")

    with pytest.raises(AlreadyDecided):
        decisions.appeal(decision)

    assert decisions.appeal(latest).decision == latest


def test_an_idea_that_was_sent_again_has_nothing_to_appeal(campaign):
    cycle = pages.cycle(campaign)
    made, decision = decisions.hidden_idea(cycle, outcome="needs_work", author=accounts.account())
    edit_idea(author=made.author, idea_id=made.pk, text=IdeaText(title="Иначе", problem="Совсем другая проблема."))

    with pytest.raises(AlreadyDecided):
        decisions.appeal(decision)

    assert Idea.objects.get(pk=made.pk).moderation == "pending"


def test_an_unknown_decision_is_404():
    with pytest.raises(Http404):
        appeal_decision(author=people.person(), decision_id=999999, text=WHY)


ABLE = {"second", "administrator"}
REFUSED = {"first": NotAllowed, "moderating author": NotAllowed, "foreign moderator": Http404}


@pytest.mark.parametrize("outcome", ["upheld", "rejected"])
@pytest.mark.parametrize("who", ROLES)
def test_who_answers_an_appeal(campaign, hidden, who, outcome):
    made, decision = hidden
    appeal = decisions.appeal(decision)
    actor = somebody(who, campaign, decision)

    if who in ABLE:
        decide_appeal(moderator=actor, appeal_id=appeal.pk, outcome=outcome, answer="Разобрались.")
    else:
        with pytest.raises(REFUSED.get(who, NotAllowed)):
            decide_appeal(moderator=actor, appeal_id=appeal.pk, outcome=outcome, answer="Разобрались.")

    appeal.refresh_from_db()
    made.refresh_from_db()
    assert appeal.state == (outcome if who in ABLE else "waiting")
    assert made.moderation == ("published" if who in ABLE and outcome == "upheld" else "hidden")


@pytest.mark.parametrize("who", ["second", "administrator", "first"])
@pytest.mark.parametrize("state", ["upheld", "rejected", "overtaken"])
def test_what_is_answered_is_not_answered_again(campaign, hidden, who, state):
    made, decision = hidden
    appeal = decisions.appeal(decision)
    if state == "overtaken":
        decisions.decided(made, "publish")
    else:
        decide_appeal(moderator=people.with_role("moderator"), appeal_id=appeal.pk, outcome=state, answer="Да.")
    actor = somebody(who, campaign, decision)
    said = Appeal.objects.get(pk=appeal.pk).get_state_display()

    with pytest.raises(NotAllowed if who == "first" else AlreadyDecided) as refused:
        decide_appeal(moderator=actor, appeal_id=appeal.pk, outcome="rejected", answer="Нет.")

    if who != "first":
        assert str(refused.value.detail) == f"По этой апелляции уже решено: {said}."
    assert Appeal.objects.get(pk=appeal.pk).state == state


@pytest.mark.parametrize("outcome", ["hide", "reject", "needs_work"])
def test_upholding_restores_the_idea_and_writes_a_decision(campaign, outcome):
    made, decision = decisions.hidden_idea(pages.cycle(campaign), outcome=outcome)
    appeal, second = decisions.appeal(decision), people.with_role("moderator", campaign)
    before = Event.objects.count()

    decided = decide_appeal(moderator=second, appeal_id=appeal.pk, outcome="upheld", answer="Вы правы.")

    made.refresh_from_db()
    latest = Decision.objects.first()
    assert made.moderation == "published"
    assert (latest.outcome, latest.moderator, latest.author, latest.note) == (
        "publish",
        second,
        made.author,
        "Вы правы.",
    )
    assert latest.posted_at == made.created_at
    assert Decision.objects.count() == 2
    assert (decided.decided_by, decided.answer, decided.decided_at is not None) == (second, "Вы правы.", True)
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True)[before:])
    assert kinds == ["idea.published", "moderation.decided", "appeal.decided"]


def test_upholding_restores_a_comment_in_its_place():
    made = comments.comment()
    appeal = decisions.appeal(decisions.decided(made))

    decide_appeal(moderator=people.with_role("moderator"), appeal_id=appeal.pk, outcome="upheld")

    made.refresh_from_db()
    assert (made.moderation, made.first_seq, made.seq) == ("published", 1, 3)


@pytest.mark.parametrize(
    ("outcome", "answer", "field"),
    [
        ("rejected", "", "answer"),
        ("rejected", " \n", "answer"),
        ("upheld", "я" * 2001, "answer"),
        ("overtaken", "Слова", "outcome"),
        ("waiting", "Слова", "outcome"),
        ("", "Слова", "outcome"),
    ],
)
def test_what_is_no_answer_is_refused_by_its_field(hidden, outcome, answer, field):
    made, decision = hidden
    appeal = decisions.appeal(decision)

    with pytest.raises(Invalid) as refused:
        decide_appeal(moderator=people.with_role("moderator"), appeal_id=appeal.pk, outcome=outcome, answer=answer)

    assert list(refused.value.fields) == [field]
    assert Appeal.objects.get().state == "waiting"
    assert Idea.objects.get(pk=made.pk).moderation == "hidden"


def test_a_new_decision_ends_an_appeal_that_waits(hidden, first):
    made, decision = hidden
    appeal = decisions.appeal(decision)
    _other, apart = decisions.hidden_idea()
    kept = decisions.appeal(apart)

    decide(moderator=first, kind="idea", subject_id=made.pk, outcome="publish")

    appeal.refresh_from_db()
    kept.refresh_from_db()
    assert (appeal.state, appeal.decided_by, appeal.decided_at is not None) == ("overtaken", None, True)
    assert kept.state == "waiting"


def test_what_cannot_be_restored_any_more_can_be_rejected(hidden):
    made, decision = hidden
    appeal, second = decisions.appeal(decision), people.with_role("moderator")
    Idea.objects.filter(pk=made.pk).update(moderation="published")

    with pytest.raises(AlreadyDecided):
        decide_appeal(moderator=second, appeal_id=appeal.pk, outcome="upheld")
    decide_appeal(moderator=second, appeal_id=appeal.pk, outcome="rejected", answer="Идея уже на месте.")

    assert Appeal.objects.get().state == "rejected"
    assert Decision.objects.count() == 1


def test_all_of_it_is_told_and_logged(campaign, hidden):
    made, decision = hidden
    second = people.with_role("moderator", campaign)

    appeal = decisions.appeal(decision)
    decide_appeal(moderator=second, appeal_id=appeal.pk, outcome="rejected", answer="Нет.")

    told = Event.objects.filter(kind__startswith="appeal.").order_by("pk")
    assert list(told.values_list("kind", "subject_kind", "subject_id", "actor_id", "campaign_id")) == [
        ("appeal.raised", "appeal", appeal.pk, made.author_id, campaign.pk),
        ("appeal.decided", "appeal", appeal.pk, second.pk, campaign.pk),
    ]
    assert WHY not in str(list(told.values_list("payload", flat=True)))
    logged = ModelLogEntry.objects.order_by("pk").values_list("action", "user_id", "object_id")
    assert list(logged) == [
        ("moderation.decided", decision.moderator_id, str(decision.pk)),
        ("moderation.appeal_decided", second.pk, str(made.author_id)),
    ]


def test_the_database_holds_the_two_moderators_apart(hidden):
    _idea, decision = hidden
    appeal = Appeal.objects.filter(pk=decisions.appeal(decision).pk)
    now = clock.now()

    for wrong in (
        {"state": "rejected", "decided_at": now, "decided_by": decision.moderator},
        {"state": "rejected", "decided_at": now},
        {"state": "upheld", "decided_by": people.person()},
        {"decided_at": now},
        {"state": "overtaken"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            appeal.update(**wrong)


def test_appeals_are_handed_out_erased_and_joined(hidden):
    made, decision = hidden
    _other, second = decisions.hidden_idea(author=made.author)
    waits, answered = decisions.appeal(decision), decisions.appeal(second)
    decide_appeal(moderator=people.with_role("moderator"), appeal_id=answered.pk, outcome="rejected", answer="Нет.")
    kind, into = registry.kinds["moderation.Appeal"], people.person()

    exported = export_of(made.author)["moderation.Appeal"]
    kind.merge(made.author, into)
    joined = list(Appeal.objects.order_by("pk").values_list("author", flat=True))
    kind.erase(into)

    assert [(row["text"], row["state"], row["answer"]) for row in exported] == [
        (WHY, "ждёт решения", ""),
        (WHY, "решение осталось в силе", "Нет."),
    ]
    assert joined == [into.pk, into.pk]
    left = Appeal.objects.order_by("pk").values_list("pk", "author", "text", "answer", "state")
    assert list(left) == [(waits.pk, None, "", "", "overtaken"), (answered.pk, None, "", "", "rejected")]
