"""What lists have shown is sampled, written in batches, folded; and the draw of the order `fair` goes by it."""

from random import Random

import pytest
from django.core.cache import caches
from django.test import Client

from ideas import actions, exposure
from ideas.models import Exposure, Idea
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything_counted(settings, monkeypatch):
    """Every list counts, and is written with the next one that comes after the pause."""
    settings.EXPOSURE_EVERY = 1
    sample = exposure.Sample(Random(1))
    from crowd.pages_cache.shown import watchers

    monkeypatch.setitem(watchers, "ideas", sample.see)
    return sample


def written():
    return {row.idea_id: row.times for row in Exposure.objects.order_by("pk")}


def test_sample_counts_one_of_so_many_that_many_times(settings, monkeypatch):
    settings.EXPOSURE_EVERY = 10
    mine, sample = idea(), exposure.Sample(Random(5))

    for _ in range(2000):
        sample.see([mine.pk])
    monkeypatch.setattr(exposure, "MOST_IDEAS", 1)
    while not Exposure.objects.exists():
        sample.see([mine.pk])

    assert 1500 < written()[mine.pk] < 2500
    assert written()[mine.pk] % 10 == 0


def test_sample_writes_no_row_before_its_time(everything_counted):
    mine = idea()

    for _ in range(50):
        everything_counted.see([mine.pk])

    assert written() == {}


def test_sample_of_an_idea_that_is_gone_is_dropped(everything_counted, monkeypatch):
    mine = idea()
    monkeypatch.setattr(exposure, "MOST_IDEAS", 1)

    everything_counted.see([mine.pk, 999_999])

    assert written() == {mine.pk: 1}


def test_page_made_and_page_kept_are_both_counted(everything_counted, settings, monkeypatch):
    settings.PAGES_CACHE_SECONDS = 300
    caches["pages"].clear()
    monkeypatch.setattr(exposure, "MOST_IDEAS", 1)
    mine = idea()

    for _ in range(3):
        assert Client().get(mine.cycle.url).status_code == 200
    caches["pages"].clear()

    assert [row.times for row in Exposure.objects.filter(idea=mine)] == [1, 1, 1]


def test_head_prefetch_and_rehearsal_are_not_counted(everything_counted, monkeypatch):
    monkeypatch.setattr(exposure, "MOST_IDEAS", 1)
    mine = idea()

    Client().head(mine.cycle.url)
    Client().get(mine.cycle.url, headers={"Sec-Purpose": "prefetch"})

    assert written() == {}


def test_signed_in_reader_is_counted(everything_counted, monkeypatch):
    monkeypatch.setattr(exposure, "MOST_IDEAS", 1)
    mine, client = idea(), Client()
    client.force_login(person())

    client.get(mine.cycle.url)

    assert written() == {mine.pk: 1}


def test_folding_adds_what_was_noted_once():
    first, second = idea(exposure=5), idea()
    actions.note_exposure(times={first.pk: 10, second.pk: 20})
    actions.note_exposure(times={first.pk: 10})

    actions.fold_exposure()
    actions.fold_exposure()

    assert list(Idea.objects.order_by("pk").values_list("exposure", flat=True)) == [25, 20]
    assert Exposure.objects.count() == 0


def test_draw_gives_each_public_idea_a_place_of_its_own():
    cycle = pages.cycle()
    shown = [idea(cycle, exposure=n) for n in range(5)]
    hidden = idea(cycle, moderation="hidden", fair_key=0.123)

    actions.draw_cycle(cycle_id=cycle.pk, random=Random(2))

    keys = dict(Idea.objects.values_list("pk", "fair_key"))
    assert sorted(keys[one.pk] for one in shown) == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert keys[hidden.pk] == 0.123


def test_draw_is_made_where_people_vote():
    voting, over = idea(fair_key=0.5), idea(pages.cycle(opens=("submit",)), fair_key=0.5)

    actions.draw_fair_keys()

    keys = dict(Idea.objects.values_list("pk", "fair_key"))
    assert keys == {voting.pk: 0.0, over.pk: 0.5}
