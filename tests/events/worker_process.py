"""A worker of its own process for the tests of killed and parallel workers.

Its handler writes one row per handled event. An event about subject 13 makes the first process that meets it hang
after it has written, before the commit, and say so by making the file `hung`: there it is killed.
"""

import os
import signal
import sys
import time
from pathlib import Path

import django

FATAL_SUBJECT = 13


def handler(batch):
    from crowd.limits.models import Usage

    for event in batch:
        Usage.objects.create(rule="handled", who=str(event.pk), window=0, count=1)
        hung = Path(sys.argv[2]) / "hung"
        if event.subject_id == FATAL_SUBJECT and not hung.exists():
            hung.write_text(str(os.getpid()))
            time.sleep(600)


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "crowd.settings.test"
    django.setup()
    from django.db import connection

    from crowd.events.registry import registry, subscribe
    from crowd.events.worker import Worker

    connection.settings_dict["NAME"] = sys.argv[1]
    registry.consumers.clear()
    registry.schedules.clear()
    subscribe("listener", kinds=["thing.changed"], handler=handler)
    worker = Worker()
    signal.signal(signal.SIGTERM, lambda *_: worker.stopping.set())
    worker.run()


if __name__ == "__main__":
    main()
