from datetime import timedelta

from crowd.events.registry import schedule
from home.actions import count_participation


def count() -> None:
    count_participation()


schedule("home.participation", every=timedelta(minutes=2), work=count)
