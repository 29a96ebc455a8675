from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search import upkeep
from search.documents import registry
from search.engines import Engine, EngineAway, NotIndexed, engines


class Command(BaseCommand):
    help = "Keeps the search indexes level with the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "what",
            choices=["rebuild", "check", "sync"],
            help="rebuild: a new index behind the alias while writes go on; check: print what differs from the "
            "database, exit 1 where anything does; sync: bring level",
        )
        parser.add_argument("--engine", choices=["database", "elasticsearch"], help="only this one")

    def handle(self, **options: Any) -> None:
        chosen = [engine for engine in engines() if options["engine"] in (None, engine.name)]
        if not chosen:
            raise CommandError(f"{options['engine']} is not configured.")
        work = {"rebuild": self.rebuild_index, "check": self.check_index, "sync": self.sync_index}[options["what"]]
        failed = False
        for engine in chosen:
            try:
                failed |= work(engine)
            except EngineAway as error:
                self.stderr.write(f"{engine.name}: away or without an index: {error}")
                failed = True
            except NotIndexed as error:
                for document, why in sorted(error.refused.items()):
                    self.stderr.write(f"{engine.name}: refused {document}: {why}")
                failed = True
        if failed:
            raise CommandError("Not level.")

    def rebuild_index(self, engine: Engine) -> bool:
        self._rebuild(engine)
        self.stdout.write(f"{engine.name}: rebuilt")
        return False

    def check_index(self, engine: Engine) -> bool:
        count = 0
        for difference in upkeep.check(engine):
            self.stdout.write(str(difference))
            count += 1
        self.stdout.write(f"{engine.name}: {count} differences")
        return bool(count)

    def sync_index(self, engine: Engine) -> bool:
        self.stdout.write(f"{engine.name}: {upkeep.sync(engine, rebuild=self._rebuild)} repaired")
        return False

    def _rebuild(self, engine: Engine) -> None:
        # `disable=None` shows the bar on a terminal only.
        with tqdm(desc=engine.name, unit=" doc", disable=None) as bar:
            for count in engine.rebuild(list(registry.kinds.values())):
                bar.update(count)
