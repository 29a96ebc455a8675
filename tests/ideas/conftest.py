"""Both engines of the search, as its own tests have them."""

from tests.search.conftest import _dropped_in_the_end, _own_breaker, elasticsearch_engine, engine

__all__ = ["_dropped_in_the_end", "_own_breaker", "elasticsearch_engine", "engine"]
