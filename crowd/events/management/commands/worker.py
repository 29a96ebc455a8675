import signal
import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crowd.events.queries import worker_is_alive
from crowd.events.worker import Worker


class Command(BaseCommand):
    help = "Delivers events, sends notices, opens and closes phases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="drain what is due and end")
        parser.add_argument(
            "--health", action="store_true", help="say by the exit code whether this host's worker lives"
        )

    def handle(self, **options: Any) -> None:
        if options["health"]:
            if not worker_is_alive(socket.gethostname()):
                msg = "No worker of this host gave a sign of life in the last half minute."
                raise CommandError(msg)
            return
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stopping.set())
        if options["once"]:
            self.stdout.write(f"Done: {worker.drain()}")
        else:
            self.stdout.write(f"Worker {worker.name} is at work.")
            worker.run()
