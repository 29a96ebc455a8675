import time
from datetime import timedelta

from crowd.events.registry import schedule
from crowd.limits.models import SpentProof, Usage

KEPT_SECONDS = 24 * 3600


def forget_usage() -> None:
    """Delete counters of windows long past, and tasks that nobody may use any more."""
    now = int(time.time())
    Usage.objects.filter(window__lt=now - KEPT_SECONDS).delete()
    SpentProof.objects.filter(expires__lte=now).delete()


schedule("limits.forget", every=timedelta(hours=1), work=forget_usage)
