from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Min, Q, prefetch_related_objects
from django.utils import timezone

from crowd import clock
from crowd.campaigns.models import Activity, BlockPage, CampaignPage, Phase
from crowd.campaigns.parts import CampaignExpert
from crowd.campaigns.rules import require_participant
from crowd.memo import once_a_reading
from crowd.people.models import Person
from crowd.people.queries import has_current_consent


def open_activities(block_id: int) -> frozenset[str]:
    """Return what is open in the block now, by the database's clock."""
    return frozenset[str]().union(*(phase.opened_activities for phase in open_phases(block_id)))


@once_a_reading
def open_phases(block_id: int) -> list[Phase]:
    return list(Phase.objects.open_now().filter(page_id=block_id))


def participant(person: Person | None) -> Person:
    """Return the person if it may take part at all, as `require_participant` says."""
    consented = person is not None and person.is_authenticated and has_current_consent(person)
    return require_participant(person, consented=consented)


def is_visible_block(block_id: int) -> bool:
    return BlockPage.objects.visible().filter(pk=block_id).exists()


def block_ids_in_campaigns(campaign_ids: frozenset[int] | None) -> list[int] | None:
    """Return the ids of these campaigns' blocks (they are few); None means all."""
    if campaign_ids is None:
        return None
    return list(BlockPage.objects.in_campaigns(campaign_ids).values_list("pk", flat=True))


def campaign_context(campaign: CampaignPage) -> dict[str, Any]:
    """Return what the campaign page shows besides its own fields: its blocks, and apart those that collect ideas."""
    blocks = list(
        BlockPage.objects.child_of(campaign).visible().prefetch_related("phases").order_by("path").specific(defer=True)
    )
    cycles = [block for block in blocks if Activity.SUBMIT in block.activities]
    return {
        "now": clock.now(),
        "blocks": blocks,
        "cycles": cycles,
        "discussions": [block for block in blocks if block not in cycles],
        "experts": _with_photos(campaign.experts.all()),
        "outcomes": list(campaign.outcomes.all()),
    }


def until_boundary() -> timedelta:
    """Return how long pages say the same by themselves: until a phase, a campaign or the day begins or ends."""
    now = clock.now()
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    moments = [timezone.make_aware(datetime.combine(tomorrow, time.min))]
    for model in (Phase, CampaignPage):
        fields = ("opens_at", "closes_at")
        ahead = model.objects.aggregate(**{name: Min(name, filter=Q(**{f"{name}__gt": now})) for name in fields})
        moments += [moment for moment in ahead.values() if moment is not None]
    return min(moments) - now


def _with_photos(experts: Iterable[CampaignExpert]) -> list[CampaignExpert]:
    """Read the portraits along, of a draft's experts too: those are in memory and no query's."""
    listed = list(experts)
    prefetch_related_objects(listed, "photo__renditions")
    return listed
