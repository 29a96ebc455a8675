"""What keeps lists of ideas right and fair: counts by facet, comments, what was shown, the draw of the order `fair`."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction

from crowd.events.models import Event
from crowd.events.registry import schedule, subscribe
from crowd.pages_cache.shown import drop, watchers
from crowd.pages_cache.tags import campaign_tag
from ideas import actions
from ideas.exposure import sample
from ideas.models import Idea

# Whatever changes which ideas are listed, or what they are found by.
LISTED_ANEW = (
    "idea.published",
    "idea.edited",
    "idea.hidden",
    "idea.withheld",
    "idea.merged",
    "idea.unmerged",
    "idea.withdrawn",
    "idea.shortlisted",
    "idea.reopened",
    "idea.accepted",
    "idea.declined",
    "idea.started",
    "idea.finished",
)
COMMENTED_ANEW = (
    "comment.published",
    "comment.restored",
    "comment.hidden",
    "comment.withheld",
    "comment.deleted",
)


def count_facets(events: Sequence[Event]) -> None:
    """Count each cycle once, however many of its ideas changed."""
    ideas = Idea.objects.filter(pk__in={event.subject_id for event in events})
    for cycle_id in ideas.order_by("cycle_id").values_list("cycle_id", flat=True).distinct():
        actions.count_facets(cycle_id=cycle_id)
    _drop(events)


def fold_comments(events: Sequence[Event]) -> None:
    actions.fold_comments(thread_ids={event.payload["thread"] for event in events})
    _drop(events)


def _drop(events: Sequence[Event]) -> None:
    """Let lists be made anew: they go by what is folded."""
    campaigns = {campaign_tag(event.campaign_id) for event in events if event.campaign_id is not None}
    transaction.on_commit(partial(drop, campaigns, gentle=True), robust=True)


def register() -> None:
    subscribe("ideas.facets", kinds=LISTED_ANEW, handler=count_facets, coalesce=True, batch=200)
    subscribe("ideas.discussed", kinds=COMMENTED_ANEW, handler=fold_comments, coalesce=True, batch=200)
    schedule("ideas.exposure", every=timedelta(minutes=1), work=actions.fold_exposure, lease=timedelta(minutes=5))
    schedule("ideas.fair", every=timedelta(hours=1), work=actions.draw_fair_keys, lease=timedelta(minutes=30))
    watchers["ideas"] = sample.see
