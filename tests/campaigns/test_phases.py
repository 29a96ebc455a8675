from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from crowd import clock
from crowd.campaigns.actions import mark_phases
from crowd.campaigns.models import Activity, BlockPage, Phase, PhaseMark
from crowd.campaigns.queries import block_ids_in_campaigns, open_activities
from crowd.campaigns.rules import require_open
from crowd.errors import PhaseClosed
from crowd.events.models import Event
from tests.factories import pages

pytestmark = pytest.mark.django_db


def test_what_is_open_is_the_union_of_open_phases():
    cycle = pages.cycle(opens=())
    pages.phase(cycle, "submit", starts=-2, ends=1)
    pages.phase(cycle, "comment", "vote", starts=-1, ends=2)
    pages.phase(cycle, "review", starts=2, ends=3)
    pages.phase(cycle, "review", starts=-3, ends=-2)

    assert open_activities(cycle.pk) == {"submit", "comment", "vote"}


def test_phase_is_open_from_its_first_moment_to_before_its_last():
    now = clock.now()
    phase = Phase(opens_at=now, closes_at=now + timedelta(hours=1))

    assert phase.is_open_at(now)
    assert not phase.is_open_at(now - timedelta(microseconds=1))
    assert phase.is_open_at(phase.closes_at - timedelta(microseconds=1))
    assert not phase.is_open_at(phase.closes_at)


@pytest.mark.parametrize("activity", list(Activity))
def test_each_closed_activity_says_what_is_closed(activity):
    with pytest.raises(PhaseClosed) as refused:
        require_open(activity, frozenset(set(Activity.values) - {activity.value}))

    assert "закрыт" in str(refused.value.detail)


def test_phase_that_closes_before_it_opens_is_refused_by_the_database():
    cycle = pages.cycle(opens=())

    with pytest.raises(IntegrityError), transaction.atomic():
        pages.phase(cycle, "submit", starts=1, ends=0)


def test_opening_and_closing_are_recorded_once():
    cycle = pages.cycle(opens=())
    past, current = pages.phase(cycle, "submit", starts=-3, ends=-2), pages.phase(cycle, "vote", starts=-1, ends=1)

    mark_phases()
    mark_phases()

    kinds = sorted(Event.objects.values_list("kind", "subject_id"))
    assert kinds == [("phase.closed", past.pk), ("phase.opened", past.pk), ("phase.opened", current.pk)]
    assert PhaseMark.objects.count() == 3
    assert set(Event.objects.values_list("campaign_id", flat=True)) == {cycle.campaign_id}


def test_phase_of_a_draft_is_not_recorded():
    pages.cycle(live=False)

    mark_phases()

    assert Event.objects.count() == 0


def test_moved_phase_is_recorded_anew():
    cycle = pages.cycle(opens=())
    phase = pages.phase(cycle, "submit", starts=-2, ends=2)
    mark_phases()
    Phase.objects.filter(pk=phase.pk).update(opens_at=clock.now() - timedelta(days=1))

    mark_phases()

    assert Event.objects.filter(kind="phase.opened").count() == 2


def test_blocks_are_found_by_their_campaign():
    here, elsewhere = pages.campaign("Здесь"), pages.campaign("Там")
    own = {pages.cycle(here).pk, pages.discussion(here).pk}
    pages.cycle(elsewhere)

    assert set(block_ids_in_campaigns(frozenset({here.pk}))) == own
    assert block_ids_in_campaigns(None) is None
    assert block_ids_in_campaigns(frozenset()) == []
    assert BlockPage.objects.in_campaigns(None).count() == 3


def test_unpublished_campaign_takes_its_pages_and_ideas_along(client):
    from home.models import NewsPage
    from ideas.models import Idea
    from tests.factories.ideas import idea

    campaign = pages.campaign()
    discussion, mine = pages.discussion(campaign), idea(pages.cycle(campaign))
    news = campaign.add_child(instance=NewsPage(title="Новость", published_on="2026-01-01"))
    addresses = [discussion.url, mine.cycle.url, mine.get_absolute_url(), news.url]
    shown = [client.get(address).status_code for address in addresses]
    campaign.unpublish()

    hidden = [client.get(address).status_code for address in addresses]

    assert (shown, hidden) == ([200] * 4, [404] * 4)
    assert not BlockPage.objects.visible().exists()
    assert not Idea.objects.visible().exists()
