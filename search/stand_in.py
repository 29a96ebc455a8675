"""What staff are told while the database answers in Elasticsearch's place, and of what has not reached it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from crowd.events.queries import ConsumerState, state_of
from search import asking, queries

# Deliveries take seconds; what waits longer than this is worth a word.
LATE = timedelta(minutes=5)
CONSUMER = "search.elasticsearch"


@dataclass(frozen=True)
class StandIn:
    """`away_since` is None where Elasticsearch answers this process, but deliveries to it are late or set aside."""

    away_since: datetime | None
    deliveries: ConsumerState


def stand_in() -> StandIn | None:
    """Return what there is to tell; None where all is well or Elasticsearch is not configured."""
    if not settings.ELASTICSEARCH_URL:
        return None
    _ask_again()
    state, since = state_of(CONSUMER), asking.breaker.away_since
    oldest = state["oldest_due"]
    late = oldest is not None and oldest < timezone.now() - LATE
    return StandIn(since, state) if since or late or state["set_aside"] else None


def _ask_again() -> None:
    """Learn that Elasticsearch is back where nobody searches: as seldom as searches ask while it is away."""
    breaker = asking.breaker
    if breaker.away_since and breaker.may_try():
        if queries.is_ready():
            breaker.succeeded()
        else:
            breaker.failed()
