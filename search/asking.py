"""Who answers: Elasticsearch where it is configured, whole and quick enough, else the database.

A request of the site gives Elasticsearch less than a second in all, however often it asks and whatever it waits for: a
name to be found, a connection to be free, an answer that comes in drops. Nobody waits longer than that for a part that
can be done without.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.conf import settings

from crowd.memo import once_a_reading
from search.breaker import Breaker
from search.engines import DatabaseEngine, ElasticsearchEngine, Engine, EngineAway, NotUnderstood
from search.engines.waiting import within

log = logging.getLogger(__name__)

# What the database then needs and the page itself come on top: the reader waits no longer than a second and a half.
SECONDS = 0.8
# With less left there is no use in asking.
LEAST_SECONDS = 0.05

breaker = Breaker()

T = TypeVar("T")


class Patience:
    """How long Elasticsearch may take, of all questions together."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.left = seconds

    def spend(self, work: Callable[[float], T]) -> T:
        """Do the work in the time that is left, which it is told; raise `EngineAway` where that is not enough."""
        began = time.monotonic()
        try:
            return within(self.left, partial(work, self.left))
        finally:
            self.left -= time.monotonic() - began


@once_a_reading
def patience() -> Patience:
    return Patience()


def answer(ask: Callable[[Engine], T]) -> T:
    """Ask Elasticsearch where it is configured and not away, else the database."""
    time_left = patience()
    if settings.ELASTICSEARCH_URL and time_left.left > LEAST_SECONDS and breaker.may_try():
        try:
            result = time_left.spend(lambda seconds: ask(ElasticsearchEngine(seconds=seconds)))
        except EngineAway as error:
            breaker.failed()
            log.warning("search.away", extra={"error": str(error)})
        except NotUnderstood as error:
            breaker.succeeded()
            log.exception("search.not_understood", extra={"error": str(error)})
        else:
            breaker.succeeded()
            return result
    return ask(DatabaseEngine())
