"""What many flags do by themselves, and what a decision makes of flags."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from crowd.errors import AlreadyDecided, Invalid
from crowd.events.models import Event
from crowd.moderation.actions import decisions as decisions_module
from crowd.moderation.models import Decision, Flag, Withholding
from crowd.moderation.queries import moderation_queue
from crowd.moderation.rules import has_earned_trust
from crowd.people.models import Person
from discussions.models import Thread
from ideas.models import IdeaChange
from tests.factories import comments, ideas, pages, people
from tests.factories.flags import decided, flag, who_flags_in_vain

pytestmark = pytest.mark.django_db

PUBLISHED, PENDING, HIDDEN = "published", "pending", "hidden"


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture(params=["idea", "comment"])
def post(request, campaign):
    if request.param == "idea":
        return ideas.idea(pages.cycle(campaign))
    return comments.comment(comments.thread(pages.discussion(campaign)))


def state(post):
    post.refresh_from_db()
    return post.moderation


def test_the_third_trusted_flag_hides_until_a_moderator_decides(campaign, post, settings):
    seen = []

    for _ in range(3):
        flag(post)
        seen.append(state(post))

    assert settings.FLAGS_TO_HIDE == 3
    assert seen == [PUBLISHED, PUBLISHED, PENDING]
    trace = Withholding.objects.get()
    assert (trace.subject_id, trace.campaign_id, trace.flags, trace.decisions_before) == (post.pk, campaign.pk, 3, 0)
    assert Decision.objects.count() == 0
    told = Event.objects.filter(kind="moderation.withheld").values_list("subject_id", "actor_id", "payload")
    assert list(told) == [(post.pk, None, {"withholding": trace.pk})]
    assert [case.id for case in moderation_queue(people.with_role("moderator", campaign)).cases] == [post.pk]


def test_hidden_by_flags_an_idea_is_gone_for_residents_and_comes_back_whole(client, campaign):
    post = ideas.idea(pages.cycle(campaign), votes_for=7)
    for _ in range(3):
        flag(post)

    hidden = client.get(post.get_absolute_url())
    decided(post, "publish")

    assert hidden.status_code == 404
    assert client.get(post.get_absolute_url()).status_code == 200
    assert (state(post), post.votes_for) == (PUBLISHED, 7)
    steps = IdeaChange.objects.filter(idea=post).order_by("pk").values_list("step", "by", "actor")
    assert next(iter(steps)) == ("withhold_flagged", "system", None)


def test_hidden_by_flags_a_comment_leaves_its_number_and_comes_back_to_its_place(campaign):
    thread = comments.thread(pages.discussion(campaign))
    post, _after = comments.comment(thread), comments.comment(thread)
    first = post.first_seq
    for _ in range(3):
        flag(post)

    state(post)
    assert (post.seq, Thread.objects.get(pk=thread.pk).comment_count) == (3, 1)
    decided(post, "publish")

    assert (state(post), post.first_seq) == (PUBLISHED, first)
    assert Thread.objects.get(pk=thread.pk).comment_count == 2
    kinds = Event.objects.filter(subject_kind="comment", subject_id=post.pk).values_list("kind", flat=True)
    assert {"comment.withheld", "comment.restored"} <= set(kinds)


def test_what_is_hidden_by_flags_is_counted_and_listed_anew():
    post = ideas.idea()
    for _ in range(3):
        flag(post)

    consumers = set(Event.objects.get(kind="idea.withheld").deliveries.values_list("consumer", flat=True))

    assert {"ideas.facets", "ideas.together", "search.database", "discussions.follow_idea"} <= consumers


@pytest.mark.parametrize(
    "fields", [{"standing": "newcomer"}, {"is_active": False}], ids=["newcomer", "blocked meanwhile"]
)
def test_only_trusted_people_hide(post, fields):
    flaggers = [people.person() for _ in range(2)]
    for person in flaggers:
        flag(post, person)
    Person.objects.filter(pk=flaggers[0].pk).update(**fields)

    flag(post)
    assert state(post) == PUBLISHED
    flag(post)

    assert state(post) == PENDING
    assert Flag.objects.count() == 4


def test_flags_of_who_flags_in_vain_reach_the_moderator_and_hide_nothing(campaign, post):
    flag(post, who_flags_in_vain())
    flag(post)
    flag(post)

    assert state(post) == PUBLISHED
    [waiting] = moderation_queue(people.with_role("moderator", campaign)).waiting
    assert [one.distrusted for one in waiting.flags.shown] == [True, False, False]
    flag(post)
    assert state(post) == PENDING


@pytest.mark.parametrize(("needed", "expected"), [(0, PUBLISHED), (1, PENDING), (5, PUBLISHED)])
def test_how_many_hide_is_a_setting(post, settings, needed, expected):
    settings.FLAGS_TO_HIDE = needed

    flag(post)

    assert state(post) == expected


@pytest.mark.parametrize("outcome", ["keep", "publish"])
def test_flags_from_before_a_decision_do_not_hide_again(post, outcome):
    for _ in range(2 if outcome == "keep" else 3):
        flag(post)
    decided(post, outcome)

    flag(post)
    flag(post)
    assert state(post) == PUBLISHED
    flag(post)

    assert state(post) == PENDING
    assert Withholding.objects.order_by("pk").last().decisions_before == 1


@pytest.mark.parametrize(
    ("outcome", "settled", "expected"),
    [("keep", "dismissed", PUBLISHED), ("hide", "upheld", HIDDEN)],
)
def test_a_decision_about_a_public_post_settles_its_flags(post, outcome, settled, expected):
    first, second, elsewhere = flag(post), flag(post), flag(ideas.idea())

    decision = decided(post, outcome)

    assert state(post) == expected
    rows = Flag.objects.order_by("pk").values_list("pk", "state", "decision")
    assert list(rows) == [
        (first.pk, settled, decision.pk),
        (second.pk, settled, decision.pk),
        (elsewhere.pk, "open", None),
    ]


@pytest.mark.parametrize(
    ("outcome", "settled"), [("publish", "dismissed"), ("reject", "upheld"), ("needs_work", "upheld")]
)
def test_a_decision_about_a_withheld_idea_settles_its_flags(outcome, settled):
    post = ideas.idea()
    for _ in range(3):
        flag(post)

    decided(post, outcome)

    assert set(Flag.objects.values_list("state", flat=True)) == {settled}


def test_flags_are_settled_with_the_decision_or_not_at_all(post, monkeypatch):
    flag(post)

    def broken(*_args, **_fields):
        raise OSError

    monkeypatch.setattr(decisions_module.events, "record", broken)
    with pytest.raises(OSError), transaction.atomic():  # noqa: PT011 - raised above
        decided(post, "keep")

    assert (Flag.objects.get().state, Decision.objects.count()) == ("open", 0)


def test_staying_changes_nothing_but_the_flags(post):
    flag(post)
    version = post.version
    Event.objects.all().delete()

    decided(post, "keep")

    assert (state(post), post.version) == (PUBLISHED, version)
    assert list(Event.objects.values_list("kind", flat=True)) == ["moderation.decided"]


def test_what_nobody_flagged_cannot_be_left_as_it_is(post):
    with pytest.raises(AlreadyDecided):
        decided(post, "keep")

    for _ in range(3):
        flag(post)
    with pytest.raises(AlreadyDecided):
        decided(post, "keep")


@pytest.mark.parametrize(("first", "second"), [("keep", "keep"), ("keep", "hide"), ("hide", "keep"), ("hide", "hide")])
def test_the_second_moderator_is_told_that_it_is_decided(post, first, second):
    flag(post)
    decided(post, first, seen=0)
    flags = list(Flag.objects.values_list("state", "decision"))

    with pytest.raises(AlreadyDecided):
        decided(post, second, seen=0)

    assert Decision.objects.count() == 1
    assert list(Flag.objects.values_list("state", "decision")) == flags


def test_who_has_seen_the_earlier_decision_may_decide_otherwise(post):
    flag(post)
    kept = decided(post, "keep", seen=0)

    decided(post, "hide", seen=kept.pk)

    assert state(post) == HIDDEN


def test_hiding_what_is_flagged_needs_its_reason(post):
    flag(post)

    with pytest.raises(Invalid):
        decisions_module.decide(
            moderator=people.with_role("moderator"),
            kind="idea" if hasattr(post, "cycle_id") else "comment",
            subject_id=post.pk,
            outcome="hide",
        )

    assert Flag.objects.get().state == "open"


def test_a_post_that_a_moderator_lets_stay_is_let_through():
    assert has_earned_trust([("idea", 1, "publish"), ("idea", 1, "keep")], 1)
    assert not has_earned_trust([("idea", 1, "keep"), ("idea", 2, "hide")], 1)


def test_the_trace_of_the_machine_is_kept_as_it_was(post):
    for _ in range(3):
        flag(post)
    trace = Withholding.objects.get()

    with pytest.raises(DatabaseError), transaction.atomic():
        Withholding.objects.filter(pk=trace.pk).update(flags=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Withholding.objects.create(
            kind=trace.kind, subject_id=trace.subject_id, campaign_id=1, flags=3, decisions_before=0
        )
