from datetime import timedelta

from django.conf import settings

from crowd import clock
from crowd.events.models import Delivery, Event, WorkerBeat
from crowd.events.registry import schedule

PRUNED_AT_ONCE = 5000


def prune_events() -> None:
    """Delete delivered events that are older than the kept days; what still waits or was set aside stays."""
    horizon = clock.now() - timedelta(days=settings.EVENTS_KEPT_DAYS)
    open_deliveries = Delivery.objects.exclude(status=Delivery.Status.DONE).values("event_id")
    old = Event.objects.filter(created_at__lt=horizon).exclude(pk__in=open_deliveries).values_list("pk", flat=True)
    while ids := list(old[:PRUNED_AT_ONCE]):
        Event.objects.filter(pk__in=ids).delete()
    WorkerBeat.objects.filter(seen_at__lt=clock.now() - timedelta(days=1)).delete()


schedule("events.prune", every=timedelta(hours=6), work=prune_events)
