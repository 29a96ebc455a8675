"""What search does when something happened: both engines are fed, each by deliveries of its own."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from crowd.events.models import Event
from crowd.events.registry import Away, schedule, subscribe
from search import actions, upkeep
from search.documents import registry
from search.engines import DatabaseEngine, ElasticsearchEngine, Engine, EngineAway, bring_level

# The database engine writes in the worker's transaction: small batches keep other writers' waits short on SQLite.
DATABASE_BATCH = 50
ELASTICSEARCH_BATCH = 200


def feed(engine: Engine, events: Sequence[Event]) -> None:
    """Bring what the events are about level in one engine."""
    ids: dict[str, set[int]] = {}
    for event in events:
        ids.setdefault(event.subject_kind, set()).add(event.subject_id)
    for name in sorted(ids.keys() & registry.kinds.keys()):
        bring_level(engine, registry.kinds[name], sorted(ids[name]))


def feed_database(events: Sequence[Event]) -> None:
    feed(DatabaseEngine(), events)


def feed_elasticsearch(events: Sequence[Event]) -> None:
    try:
        feed(ElasticsearchEngine(), events)
    except EngineAway as error:
        raise Away(str(error)) from error


def listen() -> None:
    """Subscribe to the events of all kinds that are registered by now; called again at each registration."""
    kinds = registry.events
    subscribe("search.database", kinds=kinds, handler=feed_database, coalesce=True, batch=DATABASE_BATCH)
    if settings.ELASTICSEARCH_URL:
        subscribe(
            "search.elasticsearch",
            kinds=kinds,
            handler=feed_elasticsearch,
            coalesce=True,
            batch=ELASTICSEARCH_BATCH,
            atomic=False,
        )
        # A new server, or one that lost its data: the database engine answers until there is an index again.
        schedule("search.complete", every=timedelta(seconds=15), work=upkeep.complete, lease=timedelta(hours=1))
    schedule("search.queries", every=timedelta(days=1), work=actions.forget_queries)
    schedule("search.sync", every=timedelta(days=1), work=upkeep.sync_all, lease=timedelta(hours=1))
