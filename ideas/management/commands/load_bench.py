import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crowd.people.models import Person
from ideas.actions import IMPORT_EMAIL
from ideas.bench import Size, load

MADE_UP = "@example.org"


class Command(BaseCommand):
    help = "Fills a database fast for benchmarks: the same numbers make the same ideas, people, comments and votes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ideas", type=int, default=10_000)
        parser.add_argument("--users", type=int, default=10_000)
        parser.add_argument("--comments", type=int, default=0)
        parser.add_argument("--votes", type=int, default=0)
        parser.add_argument("--yes", action="store_true", help="also where real people have accounts")

    def handle(self, **options: Any) -> None:
        real = Person.objects.exclude(email__endswith=MADE_UP).exclude(email=IMPORT_EMAIL)
        if not options["yes"] and real.exists():
            raise CommandError("Real people have accounts in this database. With --yes it is filled all the same.")
        try:
            size = Size(options["ideas"], options["users"], options["comments"], options["votes"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        began = time.monotonic()

        def tell(step: str) -> None:
            self.stdout.write(f"{time.monotonic() - began:6.1f} s  {step}")
            self.stdout.flush()

        cycle = load(size, tell=tell)
        tell(f"done: {cycle.title}, {cycle.url}")
        self.stdout.write("To find the ideas by search: manage.py search rebuild")
