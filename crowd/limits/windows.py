"""Which window of time it is: the one place where the limits look at the clock."""

import time
from datetime import UTC, datetime


def now() -> float:
    """Return seconds since 1970."""
    return time.time()


def window(seconds: int) -> tuple[int, int]:
    """Return when the window of this moment began, in seconds since 1970, and how many seconds of it are left."""
    moment = int(now())
    began = moment - moment % seconds
    return began, began + seconds - moment


def today() -> str:
    """Return the day in UTC, ISO 8601: the life of a keyed hash."""
    return datetime.fromtimestamp(now(), UTC).date().isoformat()
