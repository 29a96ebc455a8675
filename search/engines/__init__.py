"""One interface, two engines, both always fed; `base` says what they promise."""

from django.conf import settings

from search.engines.base import (
    Engine,
    EngineAway,
    LikeRequest,
    NotIndexed,
    NotUnderstood,
    Ref,
    SearchRequest,
    SearchResult,
    State,
    bring_level,
)
from search.engines.database import DatabaseEngine
from search.engines.elastic import ElasticsearchEngine

__all__ = [
    "DatabaseEngine",
    "ElasticsearchEngine",
    "Engine",
    "EngineAway",
    "LikeRequest",
    "NotIndexed",
    "NotUnderstood",
    "Ref",
    "SearchRequest",
    "SearchResult",
    "State",
    "bring_level",
    "engines",
]


def engines() -> list[Engine]:
    """Return the engines that are configured: the database's always."""
    if settings.ELASTICSEARCH_URL:
        return [DatabaseEngine(), ElasticsearchEngine()]
    return [DatabaseEngine()]
