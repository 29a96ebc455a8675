"""Cases that a moderator takes: who may, what it keeps others from, and that it ends by itself."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from crowd import clock
from crowd.errors import AlreadyDecided, AlreadyTaken, NotAllowed
from crowd.events.models import Event
from crowd.moderation.actions import claim_case, decide_appeal, forget_claims, release_case
from crowd.moderation.models import Claim, Decision
from ideas.models import Idea
from tests.factories import comments, decisions, ideas, pages, people
from tests.factories.flags import decided, flag

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def moderator(campaign):
    return people.with_role("moderator", campaign, display_name="Анна")


@pytest.fixture
def other(campaign):
    return people.with_role("moderator", campaign, display_name="Борис")


@pytest.fixture
def waiting(campaign):
    return ideas.idea(pages.cycle(campaign), moderation=Idea.Moderation.PENDING)


def take(subject, moderator, **fields):
    return claim_case(
        moderator=moderator, kind="idea" if isinstance(subject, Idea) else "comment", subject_id=subject.pk, **fields
    )


def give_back(subject, moderator):
    return release_case(moderator=moderator, kind="idea", subject_id=subject.pk)


def claimed_by(subject):
    return list(Claim.objects.filter(subject_id=subject.pk).values_list("moderator__display_name", flat=True))


def test_a_claim_lasts_as_long_as_the_setting_says(waiting, moderator):
    claim = take(waiting, moderator)

    assert settings.MODERATION_CLAIM_MINUTES == 5
    assert (claim.kind, claim.subject_id, claim.moderator) == ("idea", waiting.pk, moderator)
    assert claim.until - claim.taken_at == 5 * MINUTE
    assert list(Event.objects.values_list("kind", "subject_id", "actor_id")) == [
        ("moderation.claimed", waiting.pk, moderator.pk)
    ]


# Whose roles lead to what; None: the case is theirs.
WHO = [
    ("moderator", "here", None),
    ("moderator", "everywhere", None),
    ("moderator", "elsewhere", Http404),
    ("editor", "here", NotAllowed),
    ("expert", "here", NotAllowed),
    ("operator", "here", NotAllowed),
    ("body", "here", NotAllowed),
    (None, None, NotAllowed),
]
# What a moderator may take, and what of it `next` takes: only what waits.
STATES = [
    ("pending", True, True),
    ("needs_work", True, False),
    ("published", True, False),
    ("hidden", True, False),
    ("rejected", True, False),
]


def somebody(role, where, campaign):
    if role is None:
        return people.person()
    places = {"here": campaign, "everywhere": None}
    return people.with_role(role, places[where] if where in places else pages.campaign("Другой"))


@pytest.mark.parametrize(("role", "where", "refused"), WHO)
@pytest.mark.parametrize(("state", "takeable", "waits"), STATES)
def test_who_takes_what(campaign, role, where, refused, state, takeable, waits):
    post = ideas.idea(pages.cycle(campaign), moderation=state)
    person = somebody(role, where, campaign)

    for only_waiting, allowed in ((False, takeable), (True, waits)):
        expected = refused or (None if allowed else AlreadyDecided)
        if expected is None:
            assert take(post, person, waiting=only_waiting).moderator == person
        else:
            with pytest.raises(expected):
                take(post, person, waiting=only_waiting)
        assert Claim.objects.count() == (expected is None)
        Claim.objects.all().delete()


@pytest.mark.parametrize(("role", "where"), [(role, where) for role, where, _refused in WHO])
def test_nobody_takes_what_only_its_author_sees(campaign, role, where):
    draft = ideas.idea(pages.cycle(campaign), moderation="draft")

    with pytest.raises(Http404):
        take(draft, somebody(role, where, campaign))


@pytest.mark.parametrize(("role", "where", "refused"), WHO)
def test_who_gives_back(campaign, waiting, moderator, role, where, refused):
    take(waiting, moderator)
    person = somebody(role, where, campaign)

    if refused:
        with pytest.raises(refused):
            give_back(waiting, person)
    else:
        # One's own only: another's stays.
        assert give_back(waiting, person) is False

    assert claimed_by(waiting) == ["Анна"]


def test_administrator_takes_without_a_role(waiting):
    take(waiting, people.person(is_superuser=True, display_name="Админ"))

    assert claimed_by(waiting) == ["Админ"]


@pytest.mark.parametrize(("kind", "pk"), [("idea", 999999), ("nonsense", 1)])
def test_what_does_not_exist_is_404(kind, pk):
    moderator = people.with_role("moderator")

    with pytest.raises(Http404):
        claim_case(moderator=moderator, kind=kind, subject_id=pk)
    with pytest.raises(Http404):
        release_case(moderator=moderator, kind=kind, subject_id=pk)


def test_what_is_taken_is_refused_to_another_with_who_and_until_when(waiting, moderator, other):
    claim = take(waiting, moderator)
    until = timezone.localtime(claim.until).strftime("%H:%M")

    with pytest.raises(AlreadyTaken) as taking:
        take(waiting, other)
    with pytest.raises(AlreadyTaken) as deciding:
        decided(waiting, "publish", other)

    said = f"Эту запись до {until} смотрит Анна. Возьмите следующую или подождите."
    assert [str(refused.value.detail) for refused in (taking, deciding)] == [said, said]
    assert (taking.value.status, taking.value.code) == (409, "already_taken")
    assert claimed_by(waiting) == ["Анна"]
    waiting.refresh_from_db()
    assert (waiting.moderation, Decision.objects.count()) == ("pending", 0)


def test_one_claim_leaves_other_cases_free(waiting, moderator, other):
    beside = ideas.idea(waiting.cycle, moderation=Idea.Moderation.PENDING)
    comment = comments.comment(comments.thread(pages.discussion(waiting.cycle.get_parent().specific)))
    take(waiting, moderator)

    take(beside, other)
    take(comment, other)

    assert decided(beside, "publish", other).moderator == other


def test_an_own_claim_is_prolonged_and_told_once(waiting, moderator):
    first = take(waiting, moderator)
    with clock.at(first.taken_at + 4 * MINUTE):
        second = take(waiting, moderator)

    assert (second.pk, second.taken_at, second.until) == (first.pk, first.taken_at, first.until + 4 * MINUTE)
    assert Event.objects.filter(kind="moderation.claimed").count() == 1


def test_a_claim_ends_by_itself(waiting, moderator, other):
    claim = take(waiting, moderator)

    with clock.at(claim.until - timedelta(seconds=1)), pytest.raises(AlreadyTaken):
        take(waiting, other)
    with clock.at(claim.until):
        taken = take(waiting, other)

    assert (taken.pk, taken.moderator, taken.taken_at) == (claim.pk, other, claim.until)
    assert Event.objects.filter(kind="moderation.claimed").count() == 2


def test_whoever_has_run_out_of_time_may_decide_where_nobody_else_came(waiting, moderator, other):
    claim = take(waiting, moderator)

    with clock.at(claim.until + MINUTE):
        assert decided(waiting, "publish", other).moderator == other

    assert Claim.objects.count() == 0


def test_whoever_was_overtaken_is_refused(waiting, moderator, other):
    claim = take(waiting, moderator)

    with clock.at(claim.until + MINUTE):
        take(waiting, other)
        with pytest.raises(AlreadyTaken):
            decided(waiting, "publish", moderator)


@pytest.mark.parametrize("outcome", ["publish", "reject", "needs_work"])
def test_deciding_ends_the_claim(waiting, moderator, outcome):
    take(waiting, moderator)
    beside = ideas.idea(waiting.cycle, moderation=Idea.Moderation.PENDING)
    take(beside, moderator)

    decided(waiting, outcome, moderator)

    assert (claimed_by(waiting), claimed_by(beside)) == ([], ["Анна"])


def test_a_refused_decision_leaves_the_claim(waiting, moderator):
    take(waiting, moderator)

    with pytest.raises(AlreadyDecided):
        decided(waiting, "hide", moderator)

    assert claimed_by(waiting) == ["Анна"]


def test_an_answered_appeal_ends_the_claim_too(waiting, moderator, other):
    appeal = decisions.appeal(decisions.decided(waiting, "reject", moderator=moderator))
    take(waiting, other)

    decide_appeal(moderator=other, appeal_id=appeal.pk, outcome="upheld")

    assert Claim.objects.count() == 0


def test_giving_back_frees_the_case(waiting, moderator, other):
    take(waiting, moderator)

    assert give_back(waiting, moderator) is True
    assert give_back(waiting, moderator) is False

    assert take(waiting, other).moderator == other
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["moderation.claimed", "moderation.released", "moderation.claimed"]


def test_without_minutes_nobody_is_waited_for(settings, waiting, moderator, other):
    settings.MODERATION_CLAIM_MINUTES = 0
    take(waiting, moderator)

    assert take(waiting, other).moderator == other
    assert decided(waiting, "publish", moderator).moderator == moderator


def test_ended_claims_are_forgotten(waiting, moderator):
    old, new = ideas.idea(waiting.cycle), ideas.idea(waiting.cycle)
    for post in (old, new, waiting):
        take(post, moderator)
    now = clock.now()
    for post, ended in ((old, 61), (new, 59)):
        Claim.objects.filter(subject_id=post.pk).update(taken_at=now - 90 * MINUTE, until=now - ended * MINUTE)

    forget_claims()

    assert set(Claim.objects.values_list("subject_id", flat=True)) == {new.pk, waiting.pk}


def test_the_database_keeps_one_claim_of_a_case(waiting, moderator, other):
    claim = take(waiting, moderator)

    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            kind="idea", subject_id=waiting.pk, moderator=other, taken_at=claim.taken_at, until=claim.until
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(until=claim.taken_at - MINUTE)


@pytest.mark.parametrize(
    ("fields", "role"), [({}, "модератор"), ({"is_superuser": True}, "администратор")], ids=["moderator", "admin"]
)
def test_the_second_is_told_what_was_decided_in_which_role_and_when(waiting, other, fields, role):
    first = people.with_role("moderator", display_name="Первый", **fields)
    made = decided(waiting, "reject", first)
    when = timezone.localtime(made.decided_at)

    with pytest.raises(AlreadyDecided) as refused:
        decided(waiting, "needs_work", other, seen=0)

    said = str(refused.value.detail)
    assert said.startswith(f"По этой записи решение уже принято: отклонить ({role}, {when.day} ")
    assert said.endswith(f", {when:%H:%M}).")
    assert "Первый" not in said


def test_what_was_decided_is_told_without_what_was_seen_too(waiting, moderator, other):
    decided(waiting, "publish", moderator)

    with pytest.raises(AlreadyDecided, match="решение уже принято: опубликовать"):
        decided(waiting, "publish", other)


def test_a_decided_case_is_told_as_such_although_another_looks_at_it_again(waiting, moderator, other):
    decided(waiting, "publish", moderator)
    flag(waiting)
    take(waiting, moderator)

    with pytest.raises(AlreadyDecided) as refused:
        decided(waiting, "hide", other, seen=0)

    assert type(refused.value) is AlreadyDecided
