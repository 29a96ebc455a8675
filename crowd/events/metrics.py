"""Depth and lag of the deliveries, read from the database when Prometheus asks."""

from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from crowd import clock
from crowd.events.queries import consumer_states
from crowd.events.registry import registry


class DeliveryCollector(Collector):
    def describe(self) -> list[GaugeMetricFamily]:
        # Registration must not ask the database, which may not stand yet.
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        depth = GaugeMetricFamily("crowd_deliveries_pending", "Deliveries that wait.", labels=["consumer"])
        aside = GaugeMetricFamily("crowd_deliveries_set_aside", "Deliveries set aside.", labels=["consumer"])
        lag = GaugeMetricFamily("crowd_deliveries_lag_seconds", "Age of the oldest that waits.", labels=["consumer"])
        try:
            states = {state["consumer"]: state for state in consumer_states()}
            now = clock.now()
        except DatabaseError:
            return
        for name in sorted(registry.consumers.keys() | states.keys()):
            state = states.get(name)
            oldest = state["oldest_due"] if state else None
            depth.add_metric([name], state["pending"] if state else 0)
            aside.add_metric([name], state["set_aside"] if state else 0)
            lag.add_metric([name], max((now - oldest).total_seconds(), 0.0) if oldest else 0.0)
        yield from (depth, aside, lag)
