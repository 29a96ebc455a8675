import time
from datetime import timedelta

from crowd.events.registry import schedule
from crowd.limits.models import Usage

KEPT_SECONDS = 24 * 3600


def forget_usage() -> None:
    """Delete counters of windows long past."""
    Usage.objects.filter(window__lt=int(time.time()) - KEPT_SECONDS).delete()


schedule("limits.forget", every=timedelta(hours=1), work=forget_usage)
