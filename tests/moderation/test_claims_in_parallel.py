"""Moderators at once, each with a connection of their own: nobody gets what another has, nothing is left out."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from crowd.errors import AlreadyDecided
from crowd.moderation.actions import claim_case, claim_next, decide, release_case
from crowd.moderation.models import Claim, Decision
from discussions.models import Comment
from ideas.models import Idea
from tests.factories import comments, ideas, pages, people
from tests.factories.flags import flag

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*works):
    barrier = threading.Barrier(len(works))

    def run(work):
        barrier.wait(60)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def moderators(count):
    return [people.with_role("moderator", display_name=f"Модератор {number}") for number in range(count)]


def waiting_ideas(count):
    cycle = pages.cycle()
    return [ideas.idea(cycle, moderation=Idea.Moderation.PENDING) for _ in range(count)]


def waiting_comments(count):
    rows = comments.comments(comments.thread(), count)
    Comment.objects.filter(pk__in=[row.pk for row in rows]).update(
        moderation=Comment.Moderation.PENDING, seq=None, first_seq=None
    )
    return rows


def test_of_eight_who_take_one_case_one_has_it():
    [case] = waiting_ideas(1)

    def taken(moderator):
        try:
            return claim_case(moderator=moderator, kind="idea", subject_id=case.pk).moderator
        except AlreadyDecided:
            return None

    got = [one for one in at_once(*[lambda m=m: taken(m) for m in moderators(8)]) if one]

    assert [Claim.objects.get().moderator] == got


def test_of_eight_who_take_over_an_ended_claim_one_has_it():
    [case] = waiting_ideas(1)
    claim = claim_case(moderator=moderators(1)[0], kind="idea", subject_id=case.pk)
    Claim.objects.update(taken_at=claim.taken_at - 2 * (claim.until - claim.taken_at), until=claim.taken_at)

    def taken(moderator):
        try:
            return claim_case(moderator=moderator, kind="idea", subject_id=case.pk).moderator
        except AlreadyDecided:
            return None

    got = [one for one in at_once(*[lambda m=m: taken(m) for m in moderators(8)]) if one]

    assert [Claim.objects.get().moderator] == got


def test_eight_who_ask_for_the_next_get_eight_cases():
    cases = waiting_ideas(5) + waiting_comments(5)

    got = at_once(*[lambda m=m: claim_next(moderator=m) for m in moderators(8)])

    named = {(claim.kind, claim.subject_id) for claim in got}
    assert len(named) == 8
    assert named <= {("idea" if isinstance(case, Idea) else "comment", case.pk) for case in cases}


def test_of_eight_who_ask_for_the_last_three_five_get_nothing():
    waiting_ideas(3)

    got = at_once(*[lambda m=m: claim_next(moderator=m) for m in moderators(8)])

    assert sorted(Counter(claim is None for claim in got).items()) == [(False, 3), (True, 5)]


def test_two_who_decide_at_once_without_taking_decide_once():
    [case] = waiting_ideas(1)
    said = []

    def decided(moderator, outcome):
        try:
            return decide(moderator=moderator, kind="idea", subject_id=case.pk, outcome=outcome, seen=0)
        except AlreadyDecided as refused:
            said.append(str(refused.detail))
            return None

    first, second = moderators(2)
    made = at_once(lambda: decided(first, "publish"), lambda: decided(second, "publish"))

    assert [one for one in made if one] == [Decision.objects.get()]
    [words] = said
    assert words.startswith("По этой записи решение уже принято: опубликовать (модератор, ")


def test_taking_and_deciding_at_once_never_decides_twice():
    cases = waiting_ideas(12)
    first, second = moderators(2)

    def decided(moderator, case):
        try:
            return decide(moderator=moderator, kind="idea", subject_id=case.pk, outcome="publish", seen=0)
        except AlreadyDecided:
            return None

    def taken(moderator, case):
        try:
            claim_case(moderator=moderator, kind="idea", subject_id=case.pk, waiting=True)
        except AlreadyDecided:
            return
        decided(moderator, case)

    for case in cases:
        at_once(lambda case=case: decided(first, case), lambda case=case: taken(second, case))

    assert Counter(Decision.objects.values_list("subject_id", flat=True)) == {case.pk: 1 for case in cases}


def test_two_moderators_clear_two_hundred_cases_through_their_pages():
    """Each presses «next» and decides what it leads to, until nothing is left: none twice, none forgotten."""
    cases = [("idea", one.pk) for one in waiting_ideas(90)] + [("comment", one.pk) for one in waiting_comments(90)]
    cycle = pages.cycle()
    for flagged in [ideas.idea(cycle) for _ in range(20)]:
        flag(flagged)
        cases.append(("idea", flagged.pk))
    people_at_work = moderators(2)

    def clear(moderator):
        client, answers = Client(), Counter()
        client.force_login(moderator)
        while True:
            taken = client.post("/admin/moderation/next/", HTTP_ACCEPT="application/json").json()
            if taken["url"] is None:
                return answers
            flagged = taken["kind"] == "idea" and Idea.objects.get(pk=taken["id"]).moderation == "published"
            outcome = "keep" if flagged else "publish"
            answer = client.post(f"{taken['url']}decide/", {"outcome": outcome, "seen": "0"})
            answers[answer.status_code] += 1

    done = at_once(*[lambda m=m: clear(m) for m in people_at_work])

    assert sum(done, Counter()) == {302: 200}
    assert Counter(Decision.objects.values_list("kind", "subject_id")) == dict.fromkeys(cases, 1)
    assert set(Decision.objects.values_list("moderator", flat=True)) == {one.pk for one in people_at_work}
    assert Claim.objects.count() == 0


def test_two_who_put_their_cases_aside_at_once_get_others():
    waiting_ideas(6)
    first, second = moderators(2)
    mine, theirs = claim_next(moderator=first), claim_next(moderator=second)

    def go_on(moderator, claim):
        leaving = (claim.kind, claim.subject_id)
        found = claim_next(moderator=moderator, leaving=leaving)
        release_case(moderator=moderator, kind=claim.kind, subject_id=claim.subject_id)
        return found.subject_id

    got = at_once(lambda: go_on(first, mine), lambda: go_on(second, theirs))

    assert len({*got, mine.subject_id, theirs.subject_id}) == 4
