"""The queue by its parts: which are shown, in what order, to the end; how much waits and since when."""

from datetime import timedelta

import pytest
from django.http import Http404

from crowd import clock
from crowd.moderation import waiting
from crowd.moderation.actions import claim_case, claim_next
from crowd.moderation.models import Flag
from crowd.moderation.queries import moderation_queue
from crowd.moderation.waiting import Place, Scope, counted, median_wait, numbers_for, read_place
from discussions.models import Comment
from ideas.models import Idea
from tests.factories import comments, decisions, ideas, pages, people
from tests.factories.flags import decided, flag

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def moderator(campaign):
    return people.with_role("moderator", campaign)


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def thread(campaign):
    return comments.thread(pages.discussion(campaign))


def wait(cycle, ago=MINUTE, **fields):
    return ideas.idea(cycle, moderation=Idea.Moderation.PENDING, created_at=clock.now() - ago, **fields)


def say(thread, ago=MINUTE, moderation="pending", **fields):
    [row] = comments.comments(thread, 1, **fields)
    numbered = {} if moderation == "published" else {"seq": None, "first_seq": None}
    Comment.objects.filter(pk=row.pk).update(moderation=moderation, created_at=clock.now() - ago, **numbered)
    return row


def named(queue):
    return [(one.case.kind, one.case.id) for one in queue.waiting]


def test_kinds_are_mixed_the_oldest_first(moderator, cycle, thread):
    second, first, third = wait(cycle, 2 * MINUTE), say(thread, 3 * MINUTE), say(thread, MINUTE)

    assert named(moderation_queue(moderator)) == [("comment", first.pk), ("idea", second.pk), ("comment", third.pk)]
    assert named(moderation_queue(moderator, Scope(kind="comment"))) == [("comment", first.pk), ("comment", third.pk)]
    assert named(moderation_queue(moderator, Scope(kind="idea"))) == [("idea", second.pk)]


def test_one_campaign_of_several(campaign, cycle):
    elsewhere = pages.campaign("Другой")
    mine, theirs = wait(cycle), wait(pages.cycle(elsewhere))
    everywhere, only_here = people.with_role("moderator"), people.with_role("moderator", campaign)

    shown = {
        key: [one.case.id for one in moderation_queue(everywhere, Scope(campaign_id=key)).waiting]
        for key in (None, campaign.pk, elsewhere.pk)
    }

    assert shown == {None: [mine.pk, theirs.pk], campaign.pk: [mine.pk], elsewhere.pk: [theirs.pk]}
    assert moderation_queue(everywhere, Scope(campaign_id=elsewhere.pk)).total == 1
    assert named(moderation_queue(only_here, Scope(campaign_id=campaign.pk))) == [("idea", mine.pk)]
    for ask in (moderation_queue, lambda person, scope: claim_next(moderator=person, scope=scope)):
        with pytest.raises(Http404):
            ask(only_here, Scope(campaign_id=elsewhere.pk))


def test_first_posts_are_of_those_who_have_nothing_public_from_before(moderator, cycle, thread):
    newcomer, commented, proposed, hidden, later = (people.person() for _ in range(5))
    first = wait(cycle, author=newcomer)
    wait(cycle, 2 * MINUTE, author=commented)
    say(thread, HOUR, "published", author=commented)
    said = say(thread, author=proposed)
    ideas.idea(cycle, author=proposed, created_at=clock.now() - HOUR)
    of_hidden = say(thread, 3 * MINUTE, author=hidden)
    ideas.idea(cycle, author=hidden, moderation=Idea.Moderation.HIDDEN, created_at=clock.now() - HOUR)
    before_later = wait(cycle, HOUR, author=later)
    say(thread, MINUTE, "published", author=later)

    found = moderation_queue(moderator, Scope(new=True))

    assert named(found) == [("idea", before_later.pk), ("comment", of_hidden.pk), ("idea", first.pk)]
    assert (found.numbers.new, found.total) == (3, 5)
    assert ("comment", said.pk) not in named(found)
    assert moderation_queue(moderator).numbers.new is None


def test_a_flagged_first_post_is_one_too(moderator, cycle):
    public = ideas.idea(cycle)
    flag(public)

    assert named(moderation_queue(moderator, Scope(new=True))) == [("idea", public.pk)]


def pages_through(moderator, scope):
    found, after = [], None
    while True:
        queue = moderation_queue(moderator, scope, after=after)
        assert len(queue.waiting) <= scope.by
        found.append(named(queue))
        after = queue.next
        if after is None:
            return found
        assert read_place(after.written) == after


@pytest.mark.parametrize("by", [10, 50])
def test_pages_go_on_to_the_end_and_name_each_once(moderator, cycle, thread, by):
    moment = clock.now() - DAY
    rows = [("idea", wait(cycle).pk) for _ in range(12)] + [("comment", say(thread).pk) for _ in range(12)]
    # Written in one moment: kind and number decide.
    Idea.objects.update(created_at=moment)
    Comment.objects.update(created_at=moment)
    flagged = ideas.idea(cycle, created_at=moment)
    flag(flagged)

    shown = pages_through(moderator, Scope(by=by))

    assert [len(page) for page in shown] == ([10, 10, 5] if by == 10 else [25])
    assert [one for page in shown for one in page] == sorted([*rows, ("idea", flagged.pk)])


def test_a_full_last_page_leads_nowhere(moderator, cycle):
    for number in range(10):
        wait(cycle, number * MINUTE)

    assert moderation_queue(moderator).next is None


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "2026-01-01T00:00:00~idea~1", "2026-01-01T00:00:00+00:00~nonsense~1", "9~idea~1",
     "2026-01-01T00:00:00+00:00~idea~-1", "2026-01-01T00:00:00+00:00~idea~" + "9" * 30],
)  # fmt: skip
def test_what_is_no_place_begins_anew(text):
    assert read_place(text) is None


def test_a_place_is_read_as_it_was_written():
    place = Place(clock.now(), "comment", 7)

    assert read_place(place.written) == place


def test_numbers_count_each_part(moderator, cycle, thread):
    wait(cycle)
    say(thread)
    public, withheld = ideas.idea(cycle), ideas.idea(cycle)
    flag(public)
    for _ in range(3):
        flag(withheld)
    wait(pages.cycle())

    numbers = moderation_queue(moderator).numbers

    assert (numbers.by_kind, numbers.total, numbers.flagged) == ({"comment": 1, "idea": 3}, 4, 2)
    assert numbers.said.startswith("Ждут решения: 4 записи.")


def test_what_is_very_much_is_not_counted_to_the_end(monkeypatch, moderator, cycle):
    monkeypatch.setattr(waiting, "MOST_COUNTED", 3)
    for _ in range(5):
        wait(cycle)

    numbers = moderation_queue(moderator).numbers

    assert (numbers.by_kind["idea"], numbers.total, counted(numbers.total)) == (4, 4, "3+")
    assert numbers.said.startswith("Ждут решения: больше 3 записей.")


def test_more_flags_than_are_listed_by_their_ids_are_found_as_well(monkeypatch, moderator, cycle):
    monkeypatch.setattr(waiting, "MOST_COUNTED", 2)
    flagged = [ideas.idea(cycle, created_at=clock.now() - number * MINUTE) for number in (4, 3, 2, 1)]
    ideas.idea(cycle)
    for one in flagged:
        flag(one)

    assert named(moderation_queue(moderator, Scope(flagged=True))) == [("idea", one.pk) for one in flagged]


def test_first_posts_are_counted_no_further_than_is_worth_it(monkeypatch, moderator, cycle):
    monkeypatch.setattr(waiting, "MOST_NEW", 2)
    for _ in range(4):
        wait(cycle)

    numbers = moderation_queue(moderator, Scope(new=True)).numbers

    assert (numbers.new, counted(numbers.new, 2), numbers.total) == (3, "2+", 4)


def test_where_nothing_waits_that_is_said(moderator):
    assert moderation_queue(moderator).numbers.said == "Сейчас ничего не ждёт решения."


@pytest.mark.parametrize(("ago", "words"), [(40 * MINUTE, "40 мин"), (5 * HOUR, "5 ч"), (3 * DAY, "3 дн.")])
def test_the_age_is_that_of_the_oldest(moderator, cycle, thread, ago, words):
    wait(cycle, ago)
    say(thread, MINUTE)

    assert moderation_queue(moderator).numbers.age == f"Самая давняя ждёт {words}."


def test_an_old_post_that_is_flagged_waits_since_its_flag(moderator, cycle):
    public, withheld = (ideas.idea(cycle, created_at=clock.now() - 90 * DAY) for _ in range(2))
    flag(public)
    for _ in range(3):
        flag(withheld)
    Flag.objects.filter(subject_id=public.pk).update(created_at=clock.now() - 2 * HOUR)
    elsewhere = ideas.idea()
    flag(elsewhere)
    Flag.objects.filter(subject_id=elsewhere.pk).update(created_at=clock.now() - 9 * HOUR)

    assert moderation_queue(moderator).numbers.age == "Самая давняя ждёт 2 ч."


def test_the_median_is_of_what_waited_in_the_last_thirty_days(moderator, campaign):
    now = clock.now()
    for hours in (1, 2, 9):
        decisions.at(now - DAY, campaign=campaign, posted_at=now - DAY - hours * HOUR)
    # None of these counts: too long ago, about what was public, from elsewhere, of unknown age.
    decisions.at(now - 31 * DAY, campaign=campaign, posted_at=now - 99 * DAY)
    decisions.at(now - DAY, campaign=campaign, outcome="hide", slug="insult", posted_at=now - 99 * DAY)
    decisions.at(now - DAY, campaign=campaign, outcome="keep", posted_at=now - 99 * DAY)
    decisions.at(now - DAY, campaign=pages.campaign("Другой"), posted_at=now - 99 * DAY)
    decisions.at(now - DAY, campaign=campaign)

    numbers = numbers_for(moderator, Scope(), now)

    assert numbers.median_seconds == 2 * 3600
    assert numbers.pace == "За последние 30 дней половину записей проверили быстрее чем за 2 ч."


def test_the_median_of_an_even_number_lies_between(moderator, campaign):
    now = clock.now()
    for hours in (1, 2, 3, 4):
        decisions.at(now, campaign=campaign, posted_at=now - hours * HOUR)

    assert numbers_for(moderator, Scope(), now).median_seconds == 2.5 * 3600


def test_without_decisions_no_median_is_told(moderator):
    numbers = numbers_for(moderator, Scope(), clock.now())

    assert (numbers.median_seconds, numbers.pace) == (None, "")


def test_the_median_is_kept_for_some_minutes(campaign):
    now, here = clock.now(), frozenset({campaign.pk})
    decisions.at(now, campaign=campaign, posted_at=now - HOUR)
    median_wait(here, now)
    decisions.at(now, campaign=campaign, posted_at=now - 9 * HOUR)

    assert (median_wait(here, now), median_wait(None, now)) == (3600, 5 * 3600)


def test_the_next_is_the_oldest_that_nobody_has(moderator, campaign, cycle, thread):
    other = people.with_role("moderator", campaign)
    first, second, third = wait(cycle, 3 * MINUTE), say(thread, 2 * MINUTE), wait(cycle, MINUTE)
    claim_case(moderator=other, kind="idea", subject_id=first.pk)

    got = [claim_next(moderator=moderator) for _ in range(3)]

    assert [claim and (claim.kind, claim.subject_id) for claim in got] == [
        ("comment", second.pk),
        ("idea", third.pk),
        None,
    ]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [(Scope(), "old"), (Scope(kind="comment"), "comment"), (Scope(flagged=True), "flagged"), (Scope(new=True), "new")],
    ids=["all", "kind", "flagged", "new"],
)
def test_the_next_is_of_the_scope(moderator, cycle, thread, scope, expected):
    known = people.person()
    ideas.idea(cycle, author=known, created_at=clock.now() - DAY)
    posts = {
        "old": wait(cycle, 5 * HOUR, author=known),
        "comment": say(thread, 4 * HOUR, author=known),
        "flagged": ideas.idea(cycle, author=known, created_at=clock.now() - 3 * HOUR),
        "new": wait(cycle, HOUR),
    }
    flag(posts["flagged"])

    assert claim_next(moderator=moderator, scope=scope).subject_id == posts[expected].pk


def test_what_is_put_aside_is_followed_by_what_is_behind_it_and_then_by_the_first(moderator, cycle):
    first, second, third = (wait(cycle, ago * MINUTE) for ago in (3, 2, 1))

    got = [claim_next(moderator=moderator, leaving=("idea", post.pk)).subject_id for post in (second, third)]

    assert got == [third.pk, first.pk]


def test_the_last_that_is_put_aside_is_not_offered_again(moderator, cycle):
    only = wait(cycle)

    assert claim_next(moderator=moderator, leaving=("idea", only.pk)) is None
    assert claim_next(moderator=moderator, leaving=("nonsense", 1)).subject_id == only.pk


def test_what_is_decided_is_not_offered(moderator, cycle):
    done, left = wait(cycle, HOUR), wait(cycle)
    decided(done, "publish", moderator)

    assert claim_next(moderator=moderator).subject_id == left.pk
