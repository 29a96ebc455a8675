from typing import Any

from crowd import clock
from crowd.campaigns.models import Activity, BlockPage, CampaignPage, Phase


def open_activities(block_id: int) -> frozenset[str]:
    """Return what is open in the block now, by the database's clock."""
    phases = Phase.objects.open_now().filter(page_id=block_id)
    return frozenset[str]().union(*(phase.opened_activities for phase in phases))


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
    }
